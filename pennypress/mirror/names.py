"""Names: which file of a mirror holds the answer to an address.

An address is a path as people read it, not percent-encoded, and what its page reads of the query.
A page's name follows from its address alone, so that two mirrors of one site look the same; only
where two names would meet in one place does the later one get another.
"""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl

INDEX = "index.html"
NOT_FOUND = "404.html"
MANIFEST = "mirror.json"
JOURNAL = "mirror.journal"
DRAFT = ".mirror-"  # how a file begins that is being written

_OWN = {INDEX, NOT_FOUND, MANIFEST, JOURNAL}
_LONGEST = 200  # bytes of a name: file systems take 255, some that encrypt names take 143
_KEPT = 100  # bytes of one that is longer
# What some system refuses in a name, or reads as something else. `~` marks our own changes.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\<>:"|?*~\ud800-\udfff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")


def safe_name(name: str) -> str:
    """Return a name that every file system takes, the same name where it is one.

    Any other is cut to what can stay, and gets `~` and the beginning of its SHA-256.
    """
    can_be = (
        name
        and not _FORBIDDEN.search(name)
        and not name.endswith((".", " "))
        and not name.startswith(DRAFT)
        and not _DEVICE.fullmatch(name)
        and name.casefold() not in _OWN
        and len(name.encode()) <= _LONGEST
    )
    return name if can_be else _marked(name, name)


def _marked(name: str, meaning: str) -> str:
    digest = hashlib.sha256(meaning.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    ending = _ENDING.search(name)
    stem = _FORBIDDEN.sub("_", name[: ending.start()] if ending else name)
    stem = stem.encode()[:_KEPT].decode("utf-8", "ignore").strip(". ")
    return f"{stem}~{digest}{ending[0] if ending else ''}"


def plain_file(address: str, number: int, *, walked: bool) -> str:
    """Return the name, relative to the mirror, of the file for an address.

    `number` counts the pages of a walk by cursor, from 1. `walked`: the address reads a cursor.
    """
    path, _, query = address.partition("?")
    given = dict(parse_qsl(query))
    *folders, last = path.removeprefix("/").split("/")
    names = [safe_name(folder) for folder in folders]
    order = [safe_name(given["order"])] if "order" in given else []
    if path.startswith("/api/"):
        return "/".join([*names, last, *order, f"{number}.json"] if walked else
                        [*names, f"{last}.json"])  # fmt: skip
    if last:
        return "/".join([*names, safe_name(last)])
    if "campaign" in given:
        names += ["campaign", safe_name(given["campaign"])]
    if order:
        names += [*order, str(number)]
    elif number > 1:
        names += ["page", str(number)]
    if "page" in given:
        names += ["page", safe_name(given["page"])]
    return "/".join([*names, INDEX])


class Names:
    """The names taken in one mirror, so that none is taken twice.

    Names that differ only in letter case, or in how accents are composed, are one on some file
    systems. Whoever comes second gets a mark; so does a file where a folder of that name stands.
    """

    def __init__(self) -> None:
        self._taken: dict[str, tuple[str, bool]] = {}

    def take(self, file: str) -> str:
        """Take a file's name and those of its folders; return them as they may be."""
        taken = ""
        *folders, last = file.split("/")
        for name, is_folder in [*((folder, True) for folder in folders), (last, False)]:
            chosen = name
            if self._meets(taken, chosen, is_folder):
                chosen = _marked(name, f"{name}/" if is_folder else name)
            self._taken.setdefault(_folded(taken, chosen), (chosen, is_folder))
            taken = f"{taken}/{chosen}" if taken else chosen
        return taken

    def _meets(self, before: str, name: str, is_folder: bool) -> bool:
        here = self._taken.get(_folded(before, name))
        return here is not None and here != (name, is_folder)


def _folded(before: str, name: str) -> str:
    return f"{before}/{unicodedata.normalize('NFC', name).casefold()}"


def is_inside(file: str) -> bool:
    """Whether a file's name, as it stands in a manifest, stays in the mirror's folder."""
    return not file.startswith("/") and not {"", ".", ".."} & set(file.split("/"))
