"""A mail is handed over in time, or it is said why not."""

import socket
import time

import pytest

from pennypress.foundation import http
from pennypress.foundation.smtp import MailRefused, MailServer, MailServerFailed, hand_over
from tests.mail_server import mail_listener

pytestmark = pytest.mark.once

MESSAGE = b"Subject: Good day\r\n\r\nWords.\r\n"
LONG = b"".join(b"250-%d\r\n" % number for number in range(200)) + b"250 done\r\n"


def send(port: int, seconds: float = 5.0, **server) -> None:
    hand_over(
        MailServer("127.0.0.1", port, name="paper.example", **server),
        MESSAGE,
        sender="newsroom@paper.example",
        recipient="ann@reader.example",
        seconds=seconds,
    )


def test_a_mail_arrives():
    with mail_listener() as listener:
        send(listener.port)
    assert listener.taken == ["Subject: Good day\r\n\r\nWords.\r\n"]
    assert listener.commands[0] == "ehlo paper.example"


@pytest.mark.parametrize(
    "told",
    [
        {"silent": True},
        {"drips": 0.1},
        {"drips": 0.02, "answers": {"EHLO": LONG}},
        {"answers": {"EHLO": b"250-half"}},
        {"answers": {"RCPT": b"250-more\r\n"}},
        {"answers": {".": b"2"}},
    ],
    ids=str,
)
def test_a_server_that_takes_its_time_is_left_at_the_deadline(told):
    with mail_listener(**told) as listener:
        began = time.monotonic()
        with pytest.raises(MailServerFailed, match="too slow"):
            send(listener.port, 0.6)
        assert time.monotonic() - began < 1.5


def test_a_name_that_is_looked_up_for_ever_is_left_at_the_deadline(monkeypatch):
    monkeypatch.setattr(http.socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    began = time.monotonic()
    with pytest.raises(MailServerFailed, match="too slow"):
        send(25, 0.3)
    assert time.monotonic() - began < 1


def test_where_nobody_listens_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(MailServerFailed, match="cannot be reached"):
        send(port)


@pytest.mark.parametrize(
    ("answers", "error", "why"),
    [
        ({"RCPT": b"550 5.1.1 <ann@reader.example> unknown\r\n"}, MailRefused, "recipient (550)"),
        ({"RCPT": b"451 later\r\n"}, MailServerFailed, "recipient now (451)"),
        ({"MAIL": b"553 no\r\n"}, MailRefused, "sender (553)"),
        ({"MAIL": b"421 busy\r\n"}, MailServerFailed, "sender now (421)"),
        ({"DATA": b"554 spam\r\n"}, MailRefused, "message (554)"),
        ({".": b"554 spam\r\n"}, MailRefused, "message (554)"),
        ({".": b"452 full\r\n"}, MailServerFailed, "message now (452)"),
        ({".": b""}, MailServerFailed, "cannot be reached"),
        ({"": b"554 go away\r\n"}, MailServerFailed, "cannot be reached"),
        ({"": b"\xff\xfe\r\n"}, MailServerFailed, "cannot be reached"),
    ],
    ids=str,
)
def test_a_refusal_is_told_from_a_failure_and_names_nobody(answers, error, why):
    with mail_listener(answers=answers) as listener, pytest.raises(error) as told:
        send(listener.port)
    assert why in str(told.value)
    assert "reader.example" not in str(told.value)


def test_a_password_is_not_sent_where_the_server_cannot_encrypt():
    with (
        mail_listener() as listener,
        pytest.raises(MailServerFailed, match="cannot be reached"),
    ):
        send(listener.port, user="paper", password="s3cret", starttls=True)
    assert not any("AUTH" in command.upper() for command in listener.commands)


def test_how_a_server_says_good_bye_does_not_matter():
    with mail_listener(answers={"QUIT": b""}) as listener:
        send(listener.port)
    assert len(listener.taken) == 1
