"""Names: how a mirror's folder calls the parts of a page's address.

Most are called as they are. What cannot be the name of a file everywhere is cut, and gets `~` and
the beginning of its SHA-256; so does the later of two that some file system takes for one. The rule
stands in the reference of the mirror; nothing that the folder says of itself is needed, so that
what is checked is the file which readers of the mirror see.
"""

import hashlib
import re
from collections.abc import Iterator

_MOST_BYTES = 200  # of a name that stays as it is
_KEPT_BYTES = 100  # of one that does not
_IMPOSSIBLE = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*~\ud800-\udfff]')
_DEVICES = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
_OWN_FILES = {"index.html", "404.html", "mirror.json", "mirror.journal"}
_OWN_DRAFTS = ".mirror-"
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")


def find_names(part: str, *, is_folder: bool) -> Iterator[str]:
    """Yield the names that a part of an address can have in a folder, the usual one first."""
    if _can_stay(part):
        yield part
        yield _shorten(part, f"{part}/" if is_folder else part)  # where another was there first
    else:
        yield _shorten(part, part)


def _can_stay(part: str) -> bool:
    return (
        part != ""
        and not _IMPOSSIBLE.search(part)
        and part[-1] not in ". "
        and not part.startswith(_OWN_DRAFTS)
        and part.partition(".")[0].lower() not in _DEVICES
        and part.casefold() not in _OWN_FILES
        and len(part.encode()) <= _MOST_BYTES
    )


def _shorten(part: str, named: str) -> str:
    found = _EXTENSION.search(part)
    before, extension = (part[: found.start()], found[0]) if found else (part, "")
    stem = _IMPOSSIBLE.sub("_", before).encode()[:_KEPT_BYTES]
    digest = hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{stem.decode('utf-8', 'ignore').strip('. ')}~{digest[:12]}{extension}"
