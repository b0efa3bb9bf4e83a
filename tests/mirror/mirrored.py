"""Reading a mirror as those do who have nothing but the folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from tests.discussion.reading import Element, read_html

ADDRESSES = ("href", "src", "poster", "cite", "data-full-size", "action", "formaction")
NAMING = {"canonical", "alternate"}
HERE = "file:///mirror/"


@dataclass(frozen=True)
class Reference:
    """What an attribute of a page, or a style sheet, refers to."""

    file: str
    tag: str
    url: str
    rel: str = ""

    @property
    def is_relative(self) -> bool:
        return not urlsplit(self.url).scheme and not self.url.startswith("/")

    @property
    def target(self) -> str:
        """The file that it leads to, from where it stands."""
        url = urljoin(HERE + self.file, self.url)
        assert url.startswith(HERE), f"{self.file}: {self.url} leads out of the mirror"
        return unquote(urlsplit(url).path.removeprefix("/mirror/"))


@dataclass(frozen=True)
class Copy:
    """A mirror's folder."""

    root: Path

    @property
    def files(self) -> dict[str, bytes]:
        """What each file holds, without the mirror's own."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and path.name != "mirror.json"
        }

    @property
    def times(self) -> dict[str, int]:
        """When each file was last changed, the mirror's own too."""
        return {
            str(path.relative_to(self.root)): path.stat().st_mtime_ns
            for path in self.root.rglob("*")
            if path.is_file()
        }

    @property
    def manifest(self) -> dict:
        return json.loads((self.root / "mirror.json").read_text())

    def read(self, file: str) -> Element:
        return read_html((self.root / file).read_text())

    def json(self, file: str) -> dict:
        return json.loads((self.root / file).read_text())

    def references(self, *files: str) -> Iterator[Reference]:
        """Everything that the pages and style sheets refer to; fragments within a page aside."""
        for file in files or self.files:
            if file.endswith(".css"):
                text = (self.root / file).read_text()
                for url in re.findall(r"""url\(["']?([^"')]+)""", text):
                    yield Reference(file, "style", url)
            if not file.endswith(".html"):
                continue
            for element in self.read(file).all():
                for name in ADDRESSES:
                    url = element.attributes.get(name, "")
                    if url and not url.startswith(("#", "data:")):
                        yield Reference(file, element.tag, url, element.attributes.get("rel", ""))
                for one in element.attributes.get("srcset", "").split(","):
                    if one.strip():
                        yield Reference(file, element.tag, one.split()[0])

    def check_references(self, live: str, lives_on: re.Pattern[str]) -> list[str]:
        """What leads nowhere, or by a full address to what the mirror should hold itself."""
        there = set(self.files)
        wrong = []
        for one in self.references():
            if one.is_relative:
                if one.target not in there:
                    wrong.append(f"{one.file}: {one.url} leads nowhere")
            elif one.url.startswith(f"{live}/"):
                is_naming = one.tag == "link" and one.rel in NAMING
                if not is_naming and not lives_on.search(one.url.removeprefix(live)):
                    wrong.append(f"{one.file}: {one.url} leads to the live site")
            elif one.file == "404.html" and unquote(urlsplit(one.url).path)[1:] in there:
                continue  # a server shows it at any address
            elif not one.url.startswith(("https://example.", "mailto:")):
                wrong.append(f"{one.file}: {one.url}")
        return wrong
