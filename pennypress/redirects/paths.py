"""Old addresses as text: how one is written down, and under which keys it is found again."""

import hashlib
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlencode

import idna

from pennypress.foundation.text import nfc

MOST_PARTS = 64  # of a path; what is deeper is looked for whole alone
MOST_PARAMETERS = 50
LONGEST_QUERY = 4_096

Pair = tuple[str, str]


def plain_path(path: str) -> str:
    """Return a decoded path in its one form: NFC, without `/` at its end; `/` for the root."""
    return nfc(path).rstrip("/") or "/"


def prefixes_of(path: str) -> list[str]:
    """Return a plain path and those above it but the root, the longest first."""
    ends = [place for place, sign in enumerate(path) if sign == "/" and place][:MOST_PARTS]
    return [path, *(path[:end] for end in reversed(ends))]


def read_query(query: str) -> list[Pair]:
    """Return the parameters of a query string, decoded and NFC; none where there are too many."""
    try:
        pairs = parse_qsl(
            query[:LONGEST_QUERY], keep_blank_values=True, max_num_fields=MOST_PARAMETERS
        )
    except ValueError:
        return []
    return [(nfc(name), nfc(value)) for name, value in pairs]


def write_query(pairs: Iterable[Pair]) -> str:
    """Return parameters in their one form."""
    return urlencode(sorted(set(pairs)))


def key_of_path(path: str) -> str:
    """Return the key under which a plain path is found."""
    return _digest(path)


def key_of_pair(path: str, pair: Pair) -> str:
    """Return the key under which a path with a parameter is found."""
    return _digest(f"{path}?{urlencode([pair])}")


def key_of_query(path: str, query: str) -> str:
    """Return the key of a path with parameters: by the longest value, which few others have."""
    return key_of_pair(path, max(read_query(query), key=lambda pair: (len(pair[1]), pair)))


def digest_of(path: str, query: str = "") -> str:
    """Return what tells a source from all others of its form."""
    return _digest(f"{path}?{query}" if query else path)


def in_ascii(target: SplitResult) -> SplitResult:
    """Return an address of another site with its host as the network knows it (`xn--…`).

    Raises UnicodeError where it can be no host.
    """
    host = target.hostname or ""
    if host.isascii():
        return target
    port = "" if target.port is None else f":{target.port}"
    return target._replace(netloc=f"{idna.encode(host, uts46=True).decode('ascii')}{port}")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
