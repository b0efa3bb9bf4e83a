"""What a worker refuses by itself: requests that no part of the site should have to look at.

Granian (hyper) has checked what makes a message of HTTP/1.1: the characters of a header, its
Content-Length, and all of its size (`operations/serve.py`). Here is what it lets pass.
"""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

PLAIN = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]
PROBLEM = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
HTML = [("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store")]
CLOSE = ("connection", "close")

# Legible on a telephone, too, where plain text is not. Asks for nothing more.
SMALL_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{status}</title>
<h1>{status}</h1>
<p>{words}</p>
"""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
KNOWN_TO_NOBODY_HERE = frozenset({"CONNECT", "TRACE"})
HTTP_1_0 = frozenset({"1", "1.0"})  # as Granian writes it, and as one would; needs no Host
LONGEST_TARGET = 16_000  # characters of path and query
LONGEST_HEADER = 8_192  # characters of one header; together they are bounded by the server
STILL_THERE = "Nothing was stored. Go back in your browser: what you typed is still in the form."


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request is refused: a status, and words for the client. `closes` the connection."""

    status: int
    words: str
    headers: tuple[tuple[str, str], ...] = ()
    closes: bool = True


LOWER_CASE = Fault(400, "methods are written in capitals")
NOT_ALLOWED = Fault(405, "no such method here", (("allow", ", ".join(sorted(METHODS))),))
UNKNOWN_METHOD = Fault(501, "no such method")
TOO_LONG = Fault(414, "the address is too long")
HEADER_TOO_LONG = Fault(431, "a header is too long")
NO_HOST = Fault(400, "a request names one host")
OTHER_HOST = Fault(400, "the address and the header Host name different hosts")
NOT_OUR_HOST = Fault(400, "there is no site of this name here", closes=False)
NO_LENGTH = Fault(411, "a body needs a Content-Length: it cannot come in chunks")


def find_fault(scope: Any, headers: Any) -> Fault | None:
    """Return what is wrong with a request, whatever its address; None if nothing is."""
    method = scope.method
    if method not in METHODS:
        if method in KNOWN_TO_NOBODY_HERE:
            return NOT_ALLOWED
        return LOWER_CASE if method.upper() in METHODS else UNKNOWN_METHOD
    if len(scope.path) + len(scope.query_string) > LONGEST_TARGET:
        return TOO_LONG
    hosts = headers.get_all("host")
    if len(hosts) != 1 and (hosts or scope.http_version not in HTTP_1_0):
        return NO_HOST
    authority = scope.authority  # of an address that was asked for whole: `GET http://…`
    if authority and hosts and _host_of(authority) != _host_of(hosts[0]):
        return OTHER_HOST
    if "transfer-encoding" in headers:
        return NO_LENGTH
    if any(len(name) + len(value) > LONGEST_HEADER for name, value in headers.items()):
        return HEADER_TOO_LONG
    return None


def _host_of(value: str) -> str:
    return value.lower().removesuffix(":80")


def refuse(
    protocol: Any,
    scope: Any,
    status: int,
    words: str,
    *headers: tuple[str, str],
    sent: bool = False,
) -> None:
    """Answer in a few words: browsers on a small page, the API with a problem document (RFC 9457).

    With `sent`, a form may have been sent: whoever typed into it is told where the words are.
    `words` are our own, and stand in HTML as they are.
    """
    phrase = HTTPStatus(status).phrase
    if scope.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": phrase, "status": status, "detail": words}
        protocol.response_str(status, [*PROBLEM, *headers], json.dumps(problem))
        return
    sentence = f"{words[:1].upper()}{words[1:].removesuffix('.')}."
    text = f"{sentence} {STILL_THERE}" if sent else words
    if "text/html" in (scope.headers.get("accept") or ""):
        page = SMALL_PAGE.format(status=phrase, words=text if sent else sentence)
        protocol.response_str(status, [*HTML, *headers], page)
    else:
        protocol.response_str(status, [*PLAIN, *headers], f"{text}\n")
