"""Handing mail to a mail server, and never for longer than was meant.

The deadline is one for all: the name's look-up, the connection, each command and the message. A
server that accepts and says nothing, or says a byte a minute, cannot hold on longer.
"""

import smtplib
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from .http import connect_within


class MailRefused(Exception):
    """The server does not take this mail and never will; names the kind of error, no address."""


class MailServerFailed(Exception):
    """The server cannot be used now, for this mail or any; names the kind of error."""


@dataclass(frozen=True)
class MailServer:
    """Where mail goes. `name` is how this machine introduces itself."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    name: str = "localhost"


def hand_over(
    server: MailServer, message: bytes, *, sender: str, recipient: str, seconds: float
) -> None:
    """Hand one message to a mail server, within so many seconds in all.

    When this returns, the server has taken the message over. Raises MailRefused and
    MailServerFailed. After the latter the server may have the message: it is so when the answer to
    its last byte does not arrive.
    """
    deadline = time.monotonic() + seconds
    try:
        with _Deadline(server, deadline) as smtp:
            smtp.ehlo_or_helo_if_needed()
            if server.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.sendmail(sender, [recipient], message)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise _failure(error, late=time.monotonic() >= deadline) from None


def _failure(error: Exception, *, late: bool) -> MailRefused | MailServerFailed:
    """Say what went wrong. Only a server's whole answer can be that it will never take a mail."""
    if late:
        return MailServerFailed("it is too slow")
    match error:
        case smtplib.SMTPAuthenticationError():
            return MailServerFailed(f"it does not let us in ({error.smtp_code})")
        case smtplib.SMTPRecipientsRefused():
            code = next((int(answer[0]) for answer in error.recipients.values()), 0)
            return _answer(code, "the recipient")
        case smtplib.SMTPSenderRefused():
            return _answer(error.smtp_code, "the sender")
        case smtplib.SMTPDataError():
            return _answer(error.smtp_code, "the message")
    return MailServerFailed(f"it cannot be reached: {type(error).__name__}")


def _answer(code: int, what: str) -> MailRefused | MailServerFailed:
    """A server's answer below 500 is about now; the others are for good."""
    if code >= 500:
        return MailRefused(f"it refuses {what} ({code})")
    return MailServerFailed(f"it does not take {what} now ({code})")


class _Deadline(smtplib.SMTP):
    """A connection that is cut at its deadline, whatever it waits for."""

    def __init__(self, server: MailServer, deadline: float) -> None:
        self._deadline = deadline
        self._cut = threading.Timer(max(0.0, deadline - time.monotonic()), self._shut)
        self._cut.daemon = True
        self._cut.start()
        try:
            # With a name of our own: smtplib would look one up, for as long as that takes.
            super().__init__(server.host, server.port, local_hostname=server.name)
        except BaseException:
            self._cut.cancel()
            raise

    def __exit__(self, *problem: Any) -> None:
        try:
            super().__exit__(*problem)
        except (OSError, smtplib.SMTPException):
            pass  # the server has the message; how it says good-bye does not matter
        finally:
            self._cut.cancel()
            self.close()

    def _get_socket(self, host: str, port: int, timeout: object) -> socket.socket:
        return connect_within(host, port, self._deadline)

    def _shut(self) -> None:
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)  # whoever waits for it is woken with an error
            except OSError:
                return
