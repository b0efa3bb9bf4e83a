"""Addresses in readers' words: which ones become links, and which ones pretend to be others."""

import re
import unicodedata
from urllib.parse import urlsplit

from pennypress.foundation.lookalikes import skeletons
from pennypress.foundation.text import remove_invisible

# What a link may lead to, as a browser reads it: a host without name and password before it, or a
# mail address.
_ALLOWED = re.compile(
    r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?|mailto:[^\s@?]+@[^\s@?]+(\?\S*)?", re.I
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)

_SCHEME_BEFORE = re.compile(r"https?\Z", re.IGNORECASE)
_BARE = re.compile(r"(?:https?://|www\.)[^\s<>\"`|\\^\x00-\x1f]+", re.I)
_AUTHORITY = re.compile(r"[^\s!-,/:-@\[-`{-~]+(?::\d{1,5})?(?=[/?#]|$)")
_MAIL_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_")
_MAIL_HOST = re.compile(r"@((?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,24})(?![\w@-])", re.I)
_LONGEST_MAIL_NAME = 64  # characters: RFC 5321

_BEFORE = frozenset("@/.-")  # an address does not begin right after one of these
_AT_END = frozenset("?!.,:;*_~'\"")
_SENTENCE = frozenset({"Po", "Ps", "Pe", "Pi", "Pf"})  # categories of punctuation
_CLOSING = {")": "(", "]": "[", "}": "{"}

# Bounded all over, so that no text takes longer than its length.
_LOOKS_LIKE_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}:/{0,3})?(?:[^\s/@]{1,64}@)?"
    r"((?:[^\W_][\w-]{0,62}\.){1,10}[^\W\d_][\w-]{1,62}|\d{1,3}(?:\.\d{1,3}){3})"
    r"(?:[:/?#]\S*)?",
    re.IGNORECASE,
)
_DOTS = "\u3002\uff0e\uff61\u2024\u00b7\u2027"
_LIKE_DOTS_AND_SLASHES = str.maketrans(
    dict.fromkeys(_DOTS, ".") | dict.fromkeys("\u2044\u2215\u29f8\uff0f", "/")
)

# A target without a scheme that ends like this is a file, not a host.
_FILES = re.compile(
    r"css|csv|docx?|gif|gz|html?|ico|jpe?g|js|json|md|mp[34]|pdf|php|png|py|svg|txt|webp|xlsx?|xml"
    r"|zip",
    re.IGNORECASE,
)
_WITHOUT_SCHEME = re.compile(r"(?:[^\W_][^\s!-,./:-@\[-`{-~]*\.)+([^\W\d_]{2,})(?=[:/?#]|$)")


def to_target(url: str) -> str:
    """Return where a link leads: a host without a scheme gets `https://`."""
    url = url.strip()
    if _SCHEME.match(url) and not re.match(r"[^/?#:]+:\d", url):
        return url
    if url.startswith("//"):
        return f"https:{url}"
    if url[:4].lower() == "www.":
        return f"https://{url}"
    host = _WITHOUT_SCHEME.match(url)
    if host and (not _FILES.fullmatch(host[1]) or url[host.end() : host.end() + 1] == "/"):
        return f"https://{url}"
    return url


def is_allowed(url: str) -> bool:
    """Say whether a link may lead there: to the web or to a mail address, and nothing hidden."""
    return _ALLOWED.fullmatch(url) is not None


def find_address(text: str, at: int, end: int) -> tuple[int, int, str] | None:
    """Find the bare web address whose `:` or first `w` stands at a place of the text.

    Returns where it starts and ends, and its target; None where there is none.
    """
    if text[at] == ":":
        if not text.startswith("://", at):
            return None
        scheme = next(
            (s for s in ("https", "http") if text[max(0, at - len(s)) : at].lower() == s), ""
        )
        if not scheme:
            return None
        start = at - len(scheme)
    elif text[at] in "wW" and text[at : at + 4].lower() == "www.":
        start = at
    else:
        return None
    if not _may_begin(text, start) or not (found := _BARE.match(text, start, end)):
        return None
    address = _trim(found[0])
    host = address[at + 3 - start :] if text[at] == ":" else address
    authority = _AUTHORITY.match(host)
    if authority is None or (text[at] != ":" and authority[0].count(".") < 2):
        return None
    if authority[0].startswith(".") or ".." in authority[0]:
        return None
    return start, start + len(address), address if text[at] == ":" else f"https://{address}"


def find_mail_address(text: str, at: int, end: int) -> tuple[int, int, str] | None:
    """Find the bare mail address whose `@` stands at a place of the text; like `find_address`."""
    start = at
    while start > 0 and at - start <= _LONGEST_MAIL_NAME and text[start - 1] in _MAIL_NAME:
        start -= 1
    while start < at and text[start] in ".+-_":
        start += 1
    found = _MAIL_HOST.match(text, at, end)
    if start == at or at - start > _LONGEST_MAIL_NAME or found is None:
        return None
    if not _may_begin(text, start) or text[max(0, start - 1)] == ":":  # it may be a password
        return None
    return start, found.end(), f"mailto:{text[start : found.end()]}"


def _may_begin(text: str, start: int) -> bool:
    """Whether an address may begin there: not within a word, but after one in Chinese."""
    if not start:
        return True
    before = text[start - 1]
    return before not in _BEFORE and not (before.isascii() and before.isalnum())


def _trim(address: str) -> str:
    """Return an address without the punctuation of the sentence that it stands in."""
    if not address.isascii():
        for place, character in enumerate(address):
            # "。" ends a sentence, and so do quotation marks and brackets of any script.
            if not character.isascii() and unicodedata.category(character) in _SENTENCE:
                address = address[:place]
                break
    opened = {closing: address.count(opening) for closing, opening in _CLOSING.items()}
    closed = {closing: address.count(closing) for closing in _CLOSING}
    end = len(address)
    while end:
        last = address[end - 1]
        if last in _CLOSING and closed[last] > opened[last]:
            closed[last] -= 1
        elif last not in _AT_END:
            break
        end -= 1
    return address[:end]


def pretends(text: str, target: str) -> bool:
    """Say whether a link's text names another address than the one that it leads to.

    The text may leave out `www.` or name a part of the host's own domain; any other host in it is
    another address.
    """
    if "." not in text and not any(dot in text for dot in _DOTS):
        return False
    true = _host(target)
    if _looks_latin(true):
        return True
    plain = remove_invisible(text).translate(_LIKE_DOTS_AND_SLASHES)
    seen = unicodedata.normalize("NFKC", plain)
    return any(not _same(_ascii(found[1]), true) for found in _LOOKS_LIKE_HOST.finditer(seen))


def _looks_latin(host: str) -> bool:
    """Say whether a host has letters of another script, and all its letters look like Latin."""
    if "xn--" not in host:
        return False
    try:
        shown = host.encode("ascii").decode("idna")
    except UnicodeError:
        return True  # nobody can tell what it would look like
    return any(
        not all(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in label)
        and any(skeleton.isascii() for skeleton in skeletons(label))
        for label in shown.split(".")[:-1]
    )


def _same(named: str, true: str) -> bool:
    named, true = named.removeprefix("www."), true.removeprefix("www.")
    return named == true or true.endswith(f".{named}")


def _host(target: str) -> str:
    if target[:7].lower() == "mailto:":
        return _ascii(target[7:].split("?")[0].rpartition("@")[2])
    try:
        return _ascii(urlsplit(target).hostname or "")
    except ValueError:
        return ""


def _ascii(host: str) -> str:
    """Return a host as it is asked for: in lower case, and in ASCII where it can be."""
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
