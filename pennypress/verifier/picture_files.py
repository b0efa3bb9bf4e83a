"""The files of pictures, compared with the SHA-256 that versions of stories have of them."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .reading import level_of
from .report import DISAGREEMENT, UNREAD, VerifyReport
from .source import Missing, RecordSource, Unreadable
from .wording import quote_both

CODE = "content"
AT_ONCE = 4  # pictures that are read at a time: each is in memory whole


@dataclass(frozen=True)
class _Use:
    """A place where a page shows a picture, and what its version says of the file."""

    url: str
    what: str
    sha256: str


class PictureFiles:
    """The pictures that pages show in full size. Each file is read once, wherever it is shown."""

    def __init__(self, source: RecordSource, report: VerifyReport) -> None:
        self._source, self._report = source, report
        self._uses: dict[str, list[_Use]] = {}

    def expect(self, path: str, url: str, what: str, sha256: str) -> None:
        """Have the file at a path compared, which the page at `url` shows."""
        self._uses.setdefault(path, []).append(_Use(url, what, sha256))

    def check(self) -> None:
        """Read the files, and compare each with what is expected of it. Raises OutOfTime."""
        self._report.all_pictures = len(self._uses)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            read = pool.map(self._digest, self._uses)
            for (path, uses), found in zip(self._uses.items(), read, strict=True):
                self._report.pictures += isinstance(found, str)
                for use in uses:
                    self._compare(path, use, found)

    def _digest(self, path: str) -> str | Missing | Unreadable:
        try:
            return hashlib.sha256(self._source.read_file(path)).hexdigest()
        except (Missing, Unreadable) as error:
            return error

    def _compare(self, path: str, use: _Use, found: str | Missing | Unreadable) -> None:
        what = f"the file of {use.what}, {path[:200]},"
        if not isinstance(found, str):
            level = level_of(found)
            if level == DISAGREEMENT and was_taken_down(self._source, use.url):
                level = UNREAD
            self._report.find("missing", use.url, f"{what} cannot be read ({found})", level)
            return
        if found != use.sha256:
            shown, committed = quote_both(found, use.sha256)
            message = f"{what} has the SHA-256 {shown}, but its version has {committed}"
            self._report.find(CODE, use.url, message)


def was_taken_down(source: RecordSource, url: str) -> bool:
    """Whether a story's page, which was there, has gone while the site was checked."""
    if not source.may_change:
        return False
    try:
        source.read_page(url)
    except Missing:
        return True
    except Unreadable:
        pass
    return False
