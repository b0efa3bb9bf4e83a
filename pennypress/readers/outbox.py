"""Outgoing mail: stored with the change that it is about, and sent by a job.

Whoever sends mail by Django's functions writes rows in the transaction under way: what is rolled
back is not sent, and no request waits for a mail server. One mail goes to one person.

Each attempt is noted before it is made, in the row itself, so that no two processes send one mail
at once. A process that is killed after the server took the mail, and before that is written down,
leaves a mail that is sent once more: nothing between two machines can rule that out. It has the
same Message-ID then, by which most mailboxes know it.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from pennypress.foundation.jobs import JobFailed, periodic_job
from pennypress.foundation.smtp import MailRefused, MailServer, MailServerFailed, hand_over

from .models import OutgoingMail

logger = logging.getLogger("pennypress.readers.outbox")

SECONDS_A_MAIL = 30.0
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)  # after a first failure; five times as long after each other one
CLAIM = timedelta(minutes=10)  # how long an attempt counts as under way: longer than any takes
MAILS_A_RUN = 15  # at most, so that a run ends in time
LATE = timedelta(hours=1)
HTML = "text/html"


class Outbox(BaseEmailBackend):
    """Django's way to send mail, which stores it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store mails to be sent; return how many. Raises ValueError for one with an attachment."""
        mails = [mail for message in email_messages for mail in _mails_of(message)]
        with transaction.atomic():
            OutgoingMail.objects.bulk_create(mails)
        return len(email_messages)


def _mails_of(message: EmailMessage) -> list[OutgoingMail]:
    if message.attachments or message.content_subtype != "plain":
        raise ValueError("mail goes out as text, or as text and HTML: no attachments")
    message.message()  # raises BadHeaderError, while somebody is there to hear it
    alternatives = list(getattr(message, "alternatives", ()))
    if any(kind != HTML for _, kind in alternatives):
        raise ValueError(f"the alternative to text is {HTML}")
    headers = {str(name): str(value) for name, value in message.extra_headers.items()}
    if message.reply_to:
        headers["Reply-To"] = ", ".join(map(str, message.reply_to))
    return [
        OutgoingMail(
            to=to,
            sender=message.from_email,
            subject=str(message.subject),
            text=str(message.body),
            html=str(alternatives[0][0]) if alternatives else "",
            headers=headers,
            message_id=make_msgid(domain=_domain()),
        )
        for to in message.recipients()
    ]


# ── Sending ────────────────────────────────────────────────────────────────────────────────────


@periodic_job(
    "send-mail",
    interval=5,
    longest_pause=300,
    when=lambda: settings.MAIL_IS_ON,
    summary="Hands outgoing mail to the mail server.",
)
def send_waiting_mails() -> int:
    """Send what is due, the oldest first; return how many were sent.

    Where the server itself fails, the rest waits, too: raises JobFailed.
    """
    sent = 0
    for _ in range(MAILS_A_RUN):
        mail = _claim_next()
        if mail is None:
            break
        sent += _send(mail)
    return sent


def _claim_next() -> OutgoingMail | None:
    """Note an attempt at the next mail, by which it is nobody else's until that has ended."""
    while True:
        mail = waiting_mails().filter(not_before__lte=timezone.now()).order_by("not_before").first()
        if mail is None:
            return None
        # A row that another process claimed meanwhile has another number of attempts.
        if mail.attempts >= MOST_ATTEMPTS:  # a process was killed in the last one
            _give_up(mail, mail.error or "the process ended while it was being sent")
            continue
        changed = _as_it_was(mail).update(
            attempts=F("attempts") + 1, not_before=timezone.now() + CLAIM
        )
        mail.attempts += 1
        if changed:
            return mail


def _send(mail: OutgoingMail) -> bool:
    """Make one attempt. No transaction is open meanwhile. Raises JobFailed."""
    try:
        hand_over(
            _server(),
            _write(mail),
            sender=_envelope(mail.sender),
            recipient=_envelope(mail.to),
            seconds=SECONDS_A_MAIL,
        )
    except MailRefused as refusal:
        _give_up(mail, str(refusal))
    except MailServerFailed as failure:
        _postpone(mail, str(failure))
        raise JobFailed(f"the mail server: {failure}") from failure
    except Exception as error:  # this mail must not keep the others from going
        logger.exception("a mail could not be written")
        _give_up(mail, type(error).__name__)
    else:
        _as_it_was(mail).update(
            sent=timezone.now(), subject="", text="", html="", headers={}, error=""
        )
        return True
    return False


def _postpone(mail: OutgoingMail, error: str) -> None:
    logger.warning("mail %d, attempt %d: the mail server: %s", mail.pk, mail.attempts, error)
    if mail.attempts >= MOST_ATTEMPTS:
        _give_up(mail, error)
        return
    pause = FIRST_PAUSE * 5 ** (mail.attempts - 1)
    _as_it_was(mail).update(not_before=timezone.now() + pause, error=error[:300])


def _give_up(mail: OutgoingMail, error: str) -> None:
    logger.error("mail %d is given up after %d attempts: %s", mail.pk, mail.attempts, error)
    _as_it_was(mail).update(given_up=timezone.now(), error=error[:300])


def _as_it_was(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row, if nobody has made another attempt since."""
    return waiting_mails().filter(pk=mail.pk, attempts=mail.attempts)


def _write(mail: OutgoingMail) -> bytes:
    headers = {**mail.headers, "Message-ID": mail.message_id}
    message = EmailMultiAlternatives(
        mail.subject, mail.text, mail.sender, [mail.to], headers=headers
    )
    if mail.html:
        message.attach_alternative(mail.html, HTML)
    return message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own


def _envelope(address: str) -> str:
    return sanitize_address(address, settings.DEFAULT_CHARSET)


def _server() -> MailServer:
    return MailServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        starttls=settings.EMAIL_USE_TLS,
        name=_domain(),
    )


def _domain() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


# ── What waits, and what did not go ────────────────────────────────────────────────────────────


def waiting_mails() -> QuerySet[OutgoingMail]:
    """Return the mails that are still to be sent."""
    return OutgoingMail.objects.filter(sent__isnull=True, given_up__isnull=True)


def lost_mails() -> QuerySet[OutgoingMail]:
    """Return the mails that are not tried again, the latest first."""
    return OutgoingMail.objects.filter(given_up__isnull=False).order_by("-given_up")


def check_mail() -> Iterator[str]:
    """Say which mails did not go, and whether some wait for long. Changes nothing."""
    if (latest := lost_mails().first()) is not None:
        yield f"{lost_mails().count()} mails could not be sent; the latest: {latest.error}"
    late = waiting_mails().filter(created__lt=timezone.now() - LATE).order_by("created")
    if (oldest := late.first()) is not None:
        why = f": {oldest.error}" if oldest.error else ""
        yield f"{late.count()} mails wait since {oldest.created:%Y-%m-%d %H:%M} UTC{why}"


def forget_waiting_mails() -> int:
    """Delete what waits: after a restore nobody knows what of it was sent since the backup."""
    return waiting_mails().delete()[0]
