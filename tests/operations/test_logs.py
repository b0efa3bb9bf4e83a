"""The log: lines that programs and people can read, in which no reader can be found."""

import io
import json
import logging
import smtplib
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from pennypress.operations.logs import JsonFormatter, PlainFormatter
from pennypress.readers.models import Account

pytestmark = pytest.mark.once

# Nothing of these may stand in the log. A traceback shows lines of source, so no test's line that
# fails has one of them in it.
MAIL, NAME, ADDRESS, ADDRESS_6 = "ada@example.org", "Ada Lovelace", "192.0.2.7", "2001:db8::5"
COOKIE, QUERY = "s3cret", "my+illness"
PERSON = [MAIL, NAME, ADDRESS, ADDRESS_6, COOKIE, QUERY]


def say(formatter: logging.Formatter, message: str, *args, error: bool = False) -> str:
    """What the log's one handler writes for a message."""
    out = io.StringIO()
    logger = logging.Logger("pennypress.tried")
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    logger.error(message, *args, exc_info=error)
    return out.getvalue().removesuffix("\n")


def fail(*words: str) -> None:
    raise RuntimeError(*words)


def test_as_json_each_line_is_one_object():
    said = json.loads(say(JsonFormatter(), "%s of %d\nwere kept", "three", 4))
    assert datetime.fromisoformat(said.pop("time")).utcoffset().total_seconds() == 0
    assert said == {
        "level": "ERROR",
        "logger": "pennypress.tried",
        "message": "three of 4\nwere kept",
    }


def test_plain_nothing_in_a_message_can_pose_as_a_line_of_its_own():
    line = say(PlainFormatter(), "one\n2026-01-01T00:00:00Z ERROR two\r\x1b[2Jthree")
    first, second = line.split("\n")
    assert first.endswith("Z ERROR pennypress.tried: one")
    assert second.startswith("    2026-01-01T00:00:00Z ERROR two\\x0d\\x1b[2Jthree")


@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()], ids=["plain", "json"])
def test_an_error_says_where_it_came_from_and_what_it_led_to(formatter):
    try:
        try:
            fail("first")
        except RuntimeError as error:
            raise LookupError("second") from error
    except LookupError:
        line = say(formatter, "the job failed", error=True)
    text = json.loads(line)["traceback"] if line.startswith("{") else line
    assert text.index("in fail") < text.index("RuntimeError: first")
    assert text.index("RuntimeError: first") < text.index("LookupError: second")
    assert "test_logs.py" in text
    if line.startswith("{"):
        assert json.loads(line)["exception"] == "LookupError"


def raise_number() -> None:
    int(NAME)


def raise_key() -> None:
    {}[f"{NAME}'s cookie is {COOKIE}"]


def raise_quoted() -> None:
    int(f'it\'s "{NAME}" at {ADDRESS}')


def raise_unquoted() -> None:
    raise RuntimeError(f"'{NAME} and no more")


def raise_mail() -> None:
    raise smtplib.SMTPRecipientsRefused({MAIL: (550, f"<{MAIL}> unknown".encode())})


def raise_row() -> None:
    raise RuntimeError(
        "null value in column x violates not-null constraint\n"
        f"DETAIL:  Failing row contains (1, {NAME}, {MAIL}, {QUERY})."
    )


def raise_address() -> None:
    raise OSError(f"no route to {ADDRESS} or {ADDRESS_6} for /search/?q={QUERY} of {MAIL}")


def raise_validation() -> None:
    raise ValidationError({"name": f"“{NAME}” is no name"})


def raise_group() -> None:
    raise ExceptionGroup(f"about '{NAME}'", [ValueError(f"bad '{NAME}'"), OSError(ADDRESS)])


@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()], ids=["plain", "json"])
@pytest.mark.parametrize(
    "work",
    [raise_number, raise_key, raise_quoted, raise_unquoted, raise_mail, raise_row, raise_address,
     raise_validation, raise_group],
    ids=lambda work: work.__name__,
)  # fmt: skip
def test_an_error_quotes_no_reader(formatter, work):
    try:
        work()
    except Exception as error:
        line = say(formatter, "the page failed", error=True)
        assert type(error).__name__ in line
    assert work.__name__ in line  # where it happened
    assert [word for word in PERSON if word in line] == []


@pytest.mark.django_db
def test_what_the_database_refuses_is_not_quoted():
    Account.objects.create_user(MAIL)
    try:
        with transaction.atomic():
            Account.objects.create_user(MAIL)
    except Exception:
        line = say(JsonFormatter(), "it failed", error=True)
    assert "IntegrityError" in json.loads(line)["exception"]
    assert MAIL not in line


@given(st.text(min_size=3).filter(lambda word: not word.isascii() or len(word) > 8))
def test_a_value_that_python_quotes_is_never_written(word):
    try:
        {}[f"{word}!"]
    except KeyError:
        said = json.loads(say(JsonFormatter(), "it failed", error=True))
    assert said["traceback"].split("\n")[-1] == "KeyError: '…'"


def test_a_request_that_fails_is_logged_without_who_made_it(client, monkeypatch):
    """Through Django, with all that a request carries."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    monkeypatch.setattr(logging.getLogger("django.request"), "handlers", [handler])
    monkeypatch.setattr(
        "pennypress.readers.views.account_of_link", lambda uid, token: fail(f"'{token}'")
    )
    client.raise_request_exception = False
    client.cookies["pennypress_guest"] = COOKIE
    answer = client.get(
        f"/accounts/enter/MQ/{COOKIE}-token/?q={QUERY}&next={MAIL}",
        headers={"user-agent": f"{COOKIE} agent", "x-forwarded-for": ADDRESS},
        REMOTE_ADDR=ADDRESS,
    )
    assert answer.status_code == 500
    line = out.getvalue()
    said = json.loads(line)
    assert said["message"] == "Internal Server Error: /accounts/[private]"
    assert said["exception"] == "RuntimeError"
    assert [word for word in PERSON if word in line] == []


@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()], ids=["plain", "json"])
def test_a_message_of_any_length_is_cut(formatter):
    long = "x" * 600_000
    assert len(say(formatter, "refused %s", long)) < 2_500
    try:
        fail(long)
    except RuntimeError:
        assert len(say(formatter, "it failed", error=True)) < 6_000


@pytest.mark.parametrize("formatter", [PlainFormatter(), JsonFormatter()], ids=["plain", "json"])
def test_what_django_refuses_as_suspicious_is_one_line(formatter):
    error = (RuntimeError, RuntimeError("Invalid HTTP_HOST header"), None)
    record = logging.LogRecord(
        "django.security.DisallowedHost", logging.ERROR, __file__, 1, "bad host", (), error
    )
    said = formatter.format(record)
    assert "\n" not in said
    assert "RuntimeError" not in said
