"""What the mirror knows of its files, and the rows of the manifest that say so."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import Any


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of this site that a text refers to.

    `followed` are links that the site made. `mentioned` are those in readers' words: they make no
    page, but lead to one that is there.
    """

    followed: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield from self.followed
        yield from self.mentioned


@dataclass(slots=True)
class MirroredFragment:
    """A fragment as it was last written: a fingerprint of its words, its tags, its links."""

    digest: str
    tags: tuple[str, ...]
    until: float | None
    sequence: int
    links: Links


@dataclass(slots=True)
class ManifestEntry:
    """A file of the mirror.

    `number` counts the pages of a walk by cursor. `fragments` are those in the file: which,
    from which byte to which, and their fingerprint. `elsewhere` are the links that lead to the live
    site because the mirror has no such page. `source` is the state of the file that was copied.
    """

    address: str
    file: str
    number: int
    sha256: str
    size: int
    sequence: int
    tags: tuple[str, ...] = ()
    until: float | None = None
    links: Links = Links()
    elsewhere: frozenset[str] = frozenset()
    fragments: list[tuple[str, int, int, str]] = field(default_factory=list)
    source: str = ""


def write_rows(rows: Iterable[tuple[str, dict]]) -> Iterator[str]:
    """Members of a JSON object, a line each."""
    between = "\n"
    for key, row in rows:
        yield f"{between}{json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}"
        between = ",\n"


def row_of_fragment(fragment: MirroredFragment) -> dict[str, Any]:
    """A fragment as the manifest has it."""
    return {
        "digest": fragment.digest,
        "tags": fragment.tags,
        "until": fragment.until,
        "sequence": fragment.sequence,
        "links": fragment.links.followed,
        "mentions": fragment.links.mentioned,
    }


def fragment_of(row: dict[str, Any]) -> MirroredFragment:
    """The fragment that a row tells of. Raises KeyError or TypeError for a row that is damaged."""
    return MirroredFragment(
        row["digest"],
        tuple(map(intern, row["tags"])),
        row["until"],
        row["sequence"],
        _links_of(row),
    )


def row_of_entry(entry: ManifestEntry) -> dict[str, Any]:
    """A file as the manifest has it."""
    row: dict[str, Any] = {
        "file": entry.file,
        "sha256": entry.sha256,
        "size": entry.size,
        "sequence": entry.sequence,
        "tags": entry.tags,
        "links": entry.links.followed,
    }
    more = {
        "until": entry.until,
        "number": entry.number if entry.number > 1 else None,
        "mentions": entry.links.mentioned,
        "elsewhere": sorted(entry.elsewhere),
        "parts": entry.fragments,
        "source": entry.source,
    }
    return row | {key: value for key, value in more.items() if value}


def entry_of(address: str, row: dict[str, Any]) -> ManifestEntry:
    """The file that a row tells of. Raises KeyError or TypeError for a row that is damaged."""
    return ManifestEntry(
        address,
        row["file"],
        row.get("number", 1),
        row["sha256"],
        row["size"],
        row["sequence"],
        tuple(map(intern, row["tags"])),
        row.get("until"),
        _links_of(row),
        frozenset(map(intern, row.get("elsewhere", ()))),
        [(intern(key), start, end, digest) for key, start, end, digest in row.get("parts", ())],
        row.get("source", ""),
    )


def _links_of(row: dict[str, Any]) -> Links:
    return Links(
        tuple(map(intern, row.get("links", ()))), tuple(map(intern, row.get("mentions", ())))
    )
