"""Which files an arrival is, and what they hold. Nothing here needs the site."""

from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from pennypress.captures.text.capture import (
    SIZE_LIMIT,
    decode_capture,
    looks_like_capture,
    name_other_format,
    read_capture,
)
from pennypress.formats.items import ArrivalRefused, Doubt, Item

HEAD = 20_000  # characters that show the format


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Find the files at some paths, and the captures in folders. Raises ArrivalRefused."""
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and p.suffix == ".txt")
            if not inside:
                raise ArrivalRefused(
                    "the folder holds no capture (*.txt) and is no export", str(path)
                )
            yield from inside
        elif path.is_file():
            yield path
        else:
            raise ArrivalRefused("there is no such file or folder", str(path))


def read_pages(file: Path, kind: str) -> Iterator[list[Item]]:
    """Yield the items of each page that a file holds. Raises ArrivalRefused."""
    if kind not in {"auto", "capture"}:
        raise ArrivalRefused(f"files of the kind {kind} cannot be read yet", str(file))
    try:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            raise ArrivalRefused(
                f"{size / 2**20:.0f} MB are too much: a capture has at most "
                f"{SIZE_LIMIT // 2**20} MB",
                str(file),
            )
        data = file.read_bytes()
    except OSError as error:
        raise ArrivalRefused(f"it cannot be read: {error.strerror}", str(file)) from error
    doubts: list[Doubt] = []
    text = decode_capture(data, file.name, doubts=doubts)
    if kind == "auto" and not looks_like_capture(text[:HEAD]):
        other = name_other_format(text[:HEAD])
        raise ArrivalRefused(
            f"it is {other}, no capture" if other else "it is no capture", file.name
        )
    yield [*doubts, *read_capture(StringIO(text), name=file.name)]
