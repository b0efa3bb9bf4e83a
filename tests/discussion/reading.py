"""Reading our pages as a strict parser does, and a discussion as a patient reader does."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Element:
    """An element with its attributes and, in order, what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = field(default=None, repr=False)

    def all(self, tag: str = "", **wanted: str) -> Iterator[Element]:
        """Yield the elements below with this tag and these attributes (`data_x` is `data-x`)."""
        for child in self.children:
            if isinstance(child, str):
                continue
            if tag in ("", child.tag) and all(
                child.attributes.get(name.rstrip("_").replace("_", "-")) == value
                for name, value in wanted.items()
            ):
                yield child
            yield from child.all(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Element:
        """Return the only such element. Raises AssertionError when there is none or are several."""
        found = list(self.all(tag, **wanted))
        assert len(found) == 1, f"{len(found)} elements {tag} {wanted}"
        return found[0]

    @property
    def elements(self) -> list[Element]:
        """The elements directly inside."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self) -> str:
        """All text inside, as written."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute"
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read_html(text: str) -> Element:
    """Parse HTML whose every tag is closed in order. Raises AssertionError where one is not."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is never closed"
    return reader.root


def read_page(reader: Client, url: str) -> Element:
    """Fetch a page that answers 200 and parse it."""
    response = reader.get(url)
    assert response.status_code == 200, f"{url} answers {response.status_code}"
    return read_html(response.content.decode())


# Thousands of comments are read faster by the promise that each is an <li id="comment-N">.
_COMMENT = re.compile(r'<li id="comment-(\d+)"')
_LINK = re.compile(r'<a [^>]*href="([^"#]+)')


def comments_on(page: str) -> list[int]:
    """Return the numbers of the comments on a page, in the order in which they stand."""
    return [int(number) for number in _COMMENT.findall(page)]


def links_on(page: str) -> list[str]:
    """Return the addresses that a page links to."""
    return [html.unescape(link) for link in _LINK.findall(page)]


def api_pages(
    reader: Client, story: int, order: str = "oldest", after: str | None = None
) -> Iterator[dict]:
    """Yield the API's pages of a discussion, one after the other."""
    while True:
        query = {"order": order} | ({"after": after} if after else {})
        response = reader.get(f"/api/v1/stories/{story}/discussion", query)
        assert response.status_code == 200, response.content
        page = response.json()
        yield page
        after = page["next"]
        if after is None:
            return


def flat(comments: list[dict]) -> Iterator[dict]:
    """Yield comments of the API in reading order, replies after what they answer."""
    for comment in comments:
        yield comment
        yield from flat(comment["replies"])


def walk(reader: Client, story: int, order: str = "oldest") -> list[dict]:
    """Walk all pages of the API and return every comment that came, in order."""
    return [
        comment for page in api_pages(reader, story, order) for comment in flat(page["comments"])
    ]


def fill_in(reader: Client, url: str, **typed: str) -> HttpResponse:
    """Open a form as a browser does, fill it in and send it with its hidden fields."""
    form = read_page(reader, url).one("form", data_reply_form="")
    hidden = {
        field.attributes["name"]: field.attributes.get("value", "")
        for field in form.all("input", type="hidden")
    }
    return reader.post(url, {"name": "Ada", "text": "Well said.", **hidden, **typed})
