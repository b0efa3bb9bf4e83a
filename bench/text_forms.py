"""Saved pages as plain text: as a web archive keeps it, and as terminals' browsers print it.

Texts of the corpora are given; those of other pages are made by the same programs, once, and kept
in a cache folder. Programs that are not here leave their form out.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from pennypress.formats.encodings import decode

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "pennypress" / "text-forms"
SECONDS = 30
GIVEN = ("archive", "w3m", "lynx")  # forms that the corpora hold


def find_text(page: Path, form: str, corpora: Path) -> Path:
    """Return where a page's text in a form is, which need not exist."""
    if page.is_relative_to(corpora) and form in GIVEN:
        return corpora / "text-captures" / f"{page.stem}.{form}.txt"
    data = page.read_bytes()
    place = CACHE / f"{page.stem}-{hashlib.sha256(data).hexdigest()[:12]}.{form}.txt"
    if not place.exists():
        text = _MAKERS[form](page, data)
        if text is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
    return place


def _make_archive(page: Path, data: bytes) -> str | None:
    try:
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    except ImportError:
        return None
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096])
    encoding = declared[1].decode() if declared else detect_encoding(data)
    return extract_plain_text(bytes_to_str(data, encoding))


def _make_markdown(page: Path, data: bytes) -> str | None:
    try:
        from html2text import HTML2Text
    except ImportError:
        return None
    return HTML2Text().handle(decode(data, page.name).text)


def _make_by(command: list[str]) -> Callable[[Path, bytes], str | None]:
    def make(page: Path, data: bytes) -> str | None:
        if shutil.which(command[0]) is None:
            return None
        done = subprocess.run(
            [*command, str(page)], capture_output=True, timeout=SECONDS, check=True
        )
        return done.stdout.decode("utf-8", "replace")

    return make


_MAKERS: dict[str, Callable[[Path, bytes], str | None]] = {
    "archive": _make_archive,
    "html2text": _make_markdown,
    "links": _make_by(["links", "-dump", "-codepage", "utf-8"]),
    "w3m": _make_by(["w3m", "-dump", "-cols", "100", "-O", "UTF-8", "-T", "text/html"]),
    "lynx": _make_by(
        ["lynx", "-dump", "-nolist", "-width=94", "-display_charset=utf-8", "-force_html"]
    ),
}
