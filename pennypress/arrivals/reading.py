"""Which files an arrival is. Nothing here needs the site, so that it can be asked first."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pennypress.formats.items import ArrivalRefused


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
