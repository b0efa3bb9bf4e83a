"""Mail is stored with the change that it is about, and a job sends it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.mail import BadHeaderError, EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction
from django.utils import timezone

from pennypress.accountability.erasure import erase_people
from pennypress.foundation.jobs import JobFailed
from pennypress.foundation.smtp import MailRefused, MailServerFailed
from pennypress.operations.housekeeping import run_housekeeping
from pennypress.readers import outbox
from pennypress.readers.models import OutgoingMail
from pennypress.readers.outbox import check_mail, forget_waiting_mails, send_waiting_mails
from tests.mail_server import MailListener, mail_listener

pytestmark = pytest.mark.django_db


@pytest.fixture
def listener(settings) -> Iterator[MailListener]:
    settings.EMAIL_BACKEND, settings.MAIL_IS_ON = "pennypress.readers.outbox.Outbox", True
    with mail_listener() as listener:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", listener.port
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
        yield listener


def write(to: str = "ann@reader.example", subject: str = "Good day") -> OutgoingMail:
    send_mail(subject, "Words: ü.", "newsroom@paper.example", [to])
    return OutgoingMail.objects.latest("pk")


def later(seconds: float = 10**6) -> None:
    """As if so much time had passed."""
    OutgoingMail.objects.update(not_before=timezone.now() - timedelta(seconds=seconds))


def answering(monkeypatch, *answers: Exception | None) -> list[str]:
    """Let the server answer like this, one mail after the other; return who was written to."""
    asked: list[str] = []
    left = list(answers)

    def hand_over(server, message, *, sender, recipient, seconds) -> None:
        asked.append(recipient)
        if (answer := left.pop(0)) is not None:
            raise answer

    monkeypatch.setattr(outbox, "hand_over", hand_over)
    return asked


def test_a_mail_is_stored_and_sent_and_then_has_no_words(listener):
    write()
    assert listener.connections == 0
    assert send_waiting_mails() == 1
    (taken,) = listener.taken
    message = message_from_bytes(taken.encode(), policy=policy.default)
    assert message["To"] == "ann@reader.example"
    assert message["Subject"] == "Good day"
    assert message.get_content().strip() == "Words: ü."
    mail = OutgoingMail.objects.get()
    assert mail.sent and mail.to == "ann@reader.example"
    assert (mail.subject, mail.text, mail.html, mail.headers) == ("", "", "", {})
    assert send_waiting_mails() == 0
    assert len(listener.taken) == 1


def test_html_headers_and_several_recipients(listener):
    message = EmailMultiAlternatives(
        "Two", "Text", "a@paper.example", ["ann@reader.example"], bcc=["bo@reader.example"],
        reply_to=["desk@paper.example"], headers={"Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    message.attach_alternative("<p>HTML</p>", "text/html")
    message.send()
    assert send_waiting_mails() == 2
    for taken, to in zip(listener.taken, ("ann", "bo"), strict=True):
        mail = message_from_bytes(taken.encode(), policy=policy.default)
        assert mail["To"] == f"{to}@reader.example"
        assert mail["Reply-To"] == "desk@paper.example"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail.get_body(("html",)).get_content().strip() == "<p>HTML</p>"
        assert re.fullmatch(r"<\S+@\S+>", mail["Message-ID"])


def test_what_cannot_be_stored_is_refused_at_once(listener):
    with pytest.raises(BadHeaderError):
        write(subject="one\nBcc: all@reader.example")
    with pytest.raises(ValueError, match="attachment"):
        EmailMessage("x", "y", to=["a@b.example"], attachments=[("a", "b", "text/plain")]).send()
    assert not OutgoingMail.objects.exists()


def test_what_is_rolled_back_is_not_sent(listener):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write()
        _ = 1 / 0
    assert send_waiting_mails() == 0
    assert listener.connections == 0


def test_a_server_that_fails_is_tried_later_each_time_and_given_up_at_last(listener, monkeypatch):
    first, second = write(), write("bo@reader.example")
    pauses = []
    asked = answering(monkeypatch, *[MailServerFailed("it is too slow")] * 6, None)
    for attempt in range(1, 7):
        OutgoingMail.objects.filter(pk=first.pk).update(not_before=timezone.now())
        OutgoingMail.objects.filter(pk=second.pk).update(
            not_before=timezone.now() + timedelta(days=1)
        )
        with pytest.raises(JobFailed, match="too slow"):
            send_waiting_mails()
        first.refresh_from_db()
        assert first.attempts == attempt
        pauses.append(round((first.not_before - timezone.now()).total_seconds() / 60))
        assert send_waiting_mails() == 0, "it waits"
    assert pauses[:5] == [1, 5, 25, 125, 625]
    assert first.given_up and first.error == "it is too slow"
    assert next(check_mail()) == "1 mails could not be sent; the latest: it is too slow"
    later()
    assert send_waiting_mails() == 1  # the other one
    assert asked[-1] == "bo@reader.example"


def test_a_mail_that_is_refused_for_good_does_not_keep_others_from_going(listener, monkeypatch):
    for name in ("ann", "bo", "cy"):
        write(f"{name}@reader.example")
    answering(monkeypatch, None, MailRefused("it refuses the recipient (550)"), None)
    assert send_waiting_mails() == 2
    assert OutgoingMail.objects.get(given_up__isnull=False).to == "bo@reader.example"


def test_one_that_cannot_be_written_does_not_keep_others_from_going(listener):
    broken, _ = write(), write("bo@reader.example")
    OutgoingMail.objects.filter(pk=broken.pk).update(headers={"X": "a\nb"})
    assert send_waiting_mails() == 1
    assert OutgoingMail.objects.get(pk=broken.pk).given_up


def test_two_senders_never_send_one_mail_at_once(listener, monkeypatch):
    write()
    sent_meanwhile = []

    def hand_over(*_, **__) -> None:
        sent_meanwhile.append(send_waiting_mails())

    monkeypatch.setattr(outbox, "hand_over", hand_over)
    assert send_waiting_mails() == 1
    assert sent_meanwhile == [0]


def test_a_process_killed_while_sending_sends_it_once_more_and_under_the_same_id(
    listener, monkeypatch
):
    mail = write()

    class Killed(BaseException):
        pass

    answering(monkeypatch, Killed())
    with pytest.raises(Killed):
        send_waiting_mails()
    monkeypatch.undo()
    assert send_waiting_mails() == 0, "nobody knows that it is not under way any longer"
    later()
    assert send_waiting_mails() == 1
    assert mail.message_id in listener.taken[0]


def test_a_mail_that_kills_its_process_each_time_is_given_up(listener):
    write()
    OutgoingMail.objects.update(attempts=6)
    assert send_waiting_mails() == 0
    assert OutgoingMail.objects.get().given_up


def test_the_check_names_mail_that_waits_for_long(listener):
    assert list(check_mail()) == []
    mail = write()
    assert list(check_mail()) == []
    OutgoingMail.objects.filter(pk=mail.pk).update(
        created=timezone.now() - timedelta(hours=2), error="it is too slow"
    )
    assert re.fullmatch(r"1 mails wait since .* UTC: it is too slow", "".join(check_mail()))


def test_a_person_s_mail_is_erased_with_them(listener, editor):
    write(editor.email.upper())
    write(editor.email)
    send_waiting_mails()
    write(editor.email)
    kept = write("bo@reader.example")
    erase_people(editor.email)
    assert [mail.pk for mail in OutgoingMail.objects.all()] == [kept.pk]


def test_old_mail_is_forgotten_and_waiting_mail_is_not(listener, settings):
    settings.KEEP_MAIL_DAYS = 3
    ago = timezone.now() - timedelta(days=4)
    sent, lost, waiting, young = (write() for _ in range(4))
    change = OutgoingMail.objects.filter
    change(pk=sent.pk).update(sent=ago, subject="", text="")
    change(pk=lost.pk).update(given_up=ago)
    change(pk=waiting.pk).update(created=ago)
    change(pk=young.pk).update(sent=timezone.now(), subject="", text="")
    assert run_housekeeping()["mails"] == 2
    assert set(OutgoingMail.objects.values_list("pk", flat=True)) == {waiting.pk, young.pk}


def test_after_a_restore_what_waited_is_not_sent_again(listener):
    write()
    assert forget_waiting_mails() == 1
    assert send_waiting_mails() == 0


def test_the_editor_sees_what_could_not_be_sent(listener, newsroom, site, monkeypatch):
    assert "could not be sent" not in newsroom.get("/admin/").content.decode()
    write()
    answering(monkeypatch, MailRefused("it refuses the recipient (550)"))
    send_waiting_mails()
    page = newsroom.get("/admin/").content.decode()
    assert "1 mail could not be sent" in page
    assert "(550)" in page


def test_a_forgotten_password_leaves_by_the_outbox(listener, reader, editor, site, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    assert reader.post("/admin/password_reset/", {"email": editor.email}).status_code == 302
    assert listener.connections == 0
    assert send_waiting_mails() == 1
    assert "/admin/password_reset/confirm/" in listener.taken[0].replace("=\r\n", "")
