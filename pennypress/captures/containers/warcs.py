"""Web archives: WARC files, packed or not, and WACZ, which is a zip of them.

Two passes: one notes where the latest whole capture of each address lies, the other reads these
one by one. Nothing but the notes is kept in memory.
"""

import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from pennypress.formats.items import ArrivalRefused
from pennypress.formats.links import make_canonical

from .data_uris import DATA_LIMIT
from .pages import PICTURE_LIMIT, CapturedPage, Read, read_bounded

MOST_RECORDS = 2_000_000
MOST_NOTED = 500_000  # pages and pictures
LARGEST_MEMBER = 100 * 2**30  # bytes of a WARC in a WACZ

_PAGE = re.compile(r"(?:text/html|application/xhtml\+xml)\b")
_PICTURE = re.compile(r"image/(?:jpeg|png|gif|webp|avif)\b")

Open = Callable[[], Any]  # a context manager of a binary file


@dataclass(frozen=True, slots=True)
class _Note:
    """Where a capture lies."""

    open: Open
    offset: int
    address: str
    captured: datetime
    page: bool


def pages_of_warc(path: Path) -> Iterator[CapturedPage]:
    """Yield the latest whole capture of each page in a WARC or WACZ file."""
    notes: dict[str, _Note] = {}
    for source in _sources(path):
        _note_captures(source, path.name, notes)
    for note in list(notes.values()):
        if note.page:
            yield CapturedPage(
                name=f"{path.name}, {note.address}",
                read=_reader(note, path.name, DATA_LIMIT),
                address=note.address,
                captured=note.captured,
                pictures=lambda source: _find_picture(source, notes, path.name),
            )


def _sources(path: Path) -> list[Open]:
    if not zipfile.is_zipfile(path):
        return [lambda: path.open("rb")]
    with zipfile.ZipFile(path) as archive:
        members = [
            member
            for member in archive.infolist()
            if member.filename.lower().endswith((".warc", ".warc.gz"))
        ]
    if not members:
        raise ArrivalRefused("the zip file holds no web archive", path.name)
    if any(member.file_size > LARGEST_MEMBER for member in members):
        raise ArrivalRefused("a web archive in the file is too large", path.name)
    return [lambda name=member.filename: _open_member(path, name) for member in members]  # type: ignore[misc]


@contextmanager
def _open_member(path: Path, name: str) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive, archive.open(name) as member:
        yield member


def _note_captures(source: Open, name: str, notes: dict[str, _Note]) -> None:
    from warcio.archiveiterator import ArchiveIterator  # here: most arrivals are no archives
    from warcio.exceptions import ArchiveLoadFailed

    try:
        with source() as stream:
            records = ArchiveIterator(stream)
            for count, record in enumerate(records):
                if count > MOST_RECORDS:
                    raise ArrivalRefused(f"it has more than {MOST_RECORDS:,} records", name)
                note = _note(record, source, records.get_record_offset())
                if note is None:
                    continue
                key = _key(note.address)
                known = notes.get(key)
                if known is None and len(notes) >= MOST_NOTED:
                    raise ArrivalRefused(f"it has more than {MOST_NOTED:,} pages", name)
                if known is None or known.captured < note.captured:
                    notes[key] = note
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, zipfile.BadZipFile) as fault:
        if not notes:
            raise ArrivalRefused("it is no web archive that can be read", name) from fault


def _note(record: Any, source: Open, offset: int) -> _Note | None:
    """A note of a record that is a whole page or picture; None for others."""
    if record.rec_type not in {"response", "resource"}:
        return None
    headers = record.rec_headers
    address = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    if not address.startswith(("http://", "https://")) or headers.get_header("WARC-Truncated"):
        return None
    if record.rec_type == "response":
        if record.http_headers is None or record.http_headers.get_statuscode() != "200":
            return None
        kind = record.http_headers.get_header("Content-Type") or ""
    else:
        kind = headers.get_header("Content-Type") or ""
    page = _PAGE.match(kind.lower()) is not None
    if not page and not _PICTURE.match(kind.lower()):
        return None
    return _Note(source, offset, address, _read_date(headers.get_header("WARC-Date")), page)


def _read_date(written: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _key(address: str) -> str:
    canonical = make_canonical(address)
    return canonical.removeprefix("https://").removeprefix("http://").removeprefix("www.")


def _reader(note: _Note, name: str, limit: int) -> Read:
    def read() -> bytes:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed

        try:
            with note.open() as stream:
                stream.seek(note.offset)
                record = next(iter(ArchiveIterator(stream)))
                return read_bounded(record.content_stream(), limit, f"{name}, {note.address}")
        except (ArchiveLoadFailed, EOFError, OSError, StopIteration, ValueError) as fault:
            raise ArrivalRefused("the record is damaged", f"{name}, {note.address}") from fault

    return read


def _find_picture(source: str, notes: dict[str, _Note], name: str) -> Read | None:
    try:
        note = notes.get(_key(source))
    except ValueError:
        return None
    return _reader(note, name, PICTURE_LIMIT) if note and not note.page else None
