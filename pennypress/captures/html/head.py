"""What a page says of itself: where it was, when it was saved, its language, title and dates."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from pennypress.formats.dates import read_offset, read_stamp
from pennypress.formats.links import archived_at, make_absolute, unwrap
from pennypress.formats.tree import TEXT, Tree

HEAD_SIZE = 10_000  # characters in which programs that save pages leave their notes
DEEPEST = 12  # levels of structured data that are looked at
MOST_DATA = 20_000  # values of it

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)\s*(\S+?)\s*-->")
_SINGLE_FILE = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)\s+saved date:\s*([^\n<]+)")
_ENGLISH_DATE = re.compile(r"(\w{3}) (\d{1,2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT([+-]\d{4})")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_ARTICLES = re.compile(
    r"Article|BlogPosting|DiscussionForumPosting|QAPage|Question|WebPage|Report|Review", re.I
)
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued",
    "dc.date", "dcterms.created", "dcterms.date", "date", "pubdate", "publish-date",
    "sailthru.date", "parsely-pub-date", "article.published", "dc.date.created",
)  # fmt: skip


@dataclass(slots=True)
class Head:
    """What a page says of itself. `titles` come from the most to the least particular."""

    address: str | None = None
    base: str | None = None
    captured: datetime | None = None
    language: str | None = None
    offset: tzinfo = UTC
    titles: list[str] = field(default_factory=list)
    site: str | None = None
    published: datetime | None = None
    authors: list[str] = field(default_factory=list)
    description: str | None = None
    image: str | None = None
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    claimed: int | None = None
    generator: str | None = None
    is_article: bool = False  # the page says that it is one
    data: list[dict[str, Any]] = field(default_factory=list)  # objects of structured data


def read_head(
    tree: Tree, text: str, *, address: str | None = None, captured: datetime | None = None
) -> Head:
    """Read what the page, and the program that saved it, say of it."""
    head = Head(address=unwrap(address) if address else None, captured=captured)
    _read_saved(head, text[:HEAD_SIZE])
    metas = _read_metas(tree)
    _read_addresses(head, tree, metas, address)
    _read_language(head, tree, metas)
    head.data = list(_read_data(tree))
    _read_data_facts(head)
    _read_meta_facts(head, metas)
    title = next((node for node in tree.find_all("title")), None)
    if title is not None:
        head.titles.append(_text_of_title(tree, title.index))
    head.titles = [" ".join(each.split()) for each in head.titles if each and each.strip()]
    return head


def _text_of_title(tree: Tree, index: int) -> str:
    node = tree.nodes[index]
    return "".join(each.text for each in tree.nodes[index : node.end] if each.tag == TEXT)


def _read_saved(head: Head, text: str) -> None:
    """Notes of browsers and of SingleFile."""
    found = _SAVED_FROM.search(text)
    if found and head.address is None:
        head.address = found[1]
    single = _SINGLE_FILE.search(text)
    if single:
        head.address = head.address or single[1]
        date = _ENGLISH_DATE.search(single[2])
        if date and head.captured is None and date[1] in _MONTHS:
            stamp = (
                f"{date[3]}-{_MONTHS[date[1]]:02}-{int(date[2]):02}T{date[4]}:{date[5]}:{date[6]}"
            )
            head.captured = read_stamp(stamp + date[7])


def _read_metas(tree: Tree) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for node in tree.find_all("meta"):
        for name in ("property", "name", "itemprop", "http-equiv"):
            key, content = node.get(name).lower(), node.get("content").strip()
            if key and content:
                metas.setdefault(key, []).append(content)
    return metas


def _first(metas: dict[str, list[str]], *names: str) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _read_addresses(head: Head, tree: Tree, metas: dict[str, list[str]], given: str | None) -> None:
    base = next((n.get("href") for n in tree.find_all("base") if n.get("href")), None)
    links = [n for n in tree.find_all("link") if "canonical" in n.get("rel").lower().split()]
    said = [link.get("href") for link in links] + metas.get("og:url", [])
    for each in [given or "", *said, base or ""]:
        stamp = archived_at(each) if each else None
        if stamp and len(stamp) == 14 and head.captured is None:
            try:
                head.captured = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            except ValueError:
                continue
    head.base = make_absolute(base, head.address) if base else head.address
    for each in said:
        target = make_absolute(each, head.base)
        if target:
            head.base = head.base or target
            if given is None or head.address is None:
                head.address = target
            break


def _read_language(head: Head, tree: Tree, metas: dict[str, list[str]]) -> None:
    root = next((n for n in tree.nodes[:3] if n.tag == "html"), None)
    said = (root.get("lang") or root.get("xml:lang")) if root else ""
    said = said or _first(metas, "content-language", "dc.language", "og:locale", "language") or ""
    if re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", said):
        head.language = said.replace("_", "-")


def _read_data(tree: Tree) -> Iterator[dict[str, Any]]:
    """The objects of a page's JSON-LD, whatever holds them."""
    count = 0
    for script in tree.json_ld:
        try:
            value = json.loads(script.strip().removesuffix(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        stack: list[tuple[Any, int]] = [(value, 0)]
        while stack and count < MOST_DATA:
            each, depth = stack.pop()
            count += 1
            if depth > DEEPEST:
                continue
            if isinstance(each, dict):
                if "@type" in each:
                    yield each
                stack += [(inner, depth + 1) for key, inner in each.items() if key != "comment"]
            elif isinstance(each, list):
                stack += [(inner, depth + 1) for inner in reversed(each)]


def types_of(value: dict[str, Any]) -> str:
    """The types of an object of structured data, as one string."""
    kind = value.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def texts_of(value: Any) -> list[str]:
    """Names or texts, whether they stand as strings, objects or lists of these."""
    if isinstance(value, str):
        return [value.strip()] if value.strip() else []
    if isinstance(value, list):
        return [
            text for each in value[:50] if not isinstance(each, list) for text in texts_of(each)
        ]
    if isinstance(value, dict):
        return texts_of(value.get("name") or value.get("@value") or value.get("url") or "")
    return []


def _read_data_facts(head: Head) -> None:
    article = next((each for each in head.data if _ARTICLES.search(types_of(each))), None)
    best = next(
        (
            each
            for each in head.data
            if _ARTICLES.search(types_of(each)) and "WebPage" not in types_of(each)
        ),
        article,
    )
    if best is None:
        return
    if "WebPage" not in types_of(best) and "QAPage" not in types_of(best):
        head.titles += texts_of(best.get("headline") or best.get("name"))[:1]
    head.authors += [name for name in texts_of(best.get("author")) if "://" not in name]
    date = texts_of(best.get("datePublished") or best.get("dateCreated"))
    if date:
        head.published = read_stamp(date[0])
        head.offset = read_offset(date[0]) or head.offset
    head.section = next(iter(texts_of(best.get("articleSection"))), None)
    keywords = best.get("keywords")
    head.tags += (
        [word.strip() for word in keywords.split(",")]
        if isinstance(keywords, str)
        else texts_of(keywords)
    )
    count = best.get("commentCount", best.get("answerCount"))
    if isinstance(count, int) or (isinstance(count, str) and count.isdecimal()):
        head.claimed = int(count)


def _read_meta_facts(head: Head, metas: dict[str, list[str]]) -> None:
    head.titles += metas.get("og:title", [])[:1] + metas.get("twitter:title", [])[:1]
    head.site = _first(metas, "og:site_name", "application-name")
    head.description = _first(metas, "og:description", "description", "twitter:description")
    said = " ".join(types_of(each) for each in head.data) + " " + (_first(metas, "og:type") or "")
    head.is_article = re.search(r"article|posting", said, re.IGNORECASE) is not None
    head.generator = _first(metas, "generator")
    image = _first(metas, "og:image:secure_url", "og:image", "twitter:image", "twitter:image:src")
    head.image = make_absolute(image, head.base) if image else None
    for name in _PUBLISHED:
        if head.published is None and name in metas:
            head.published = read_stamp(metas[name][0])
            head.offset = read_offset(metas[name][0]) or head.offset
    if not head.authors:
        named = (
            metas.get("author", []) + metas.get("article:author", []) + metas.get("dc.creator", [])
        )
        head.authors = [name for name in named if "://" not in name and len(name) < 100][:5]
    head.section = head.section or _first(metas, "article:section")
    head.tags = head.tags or metas.get("article:tag", [])
    head.tags = list(dict.fromkeys(tag for tag in head.tags if 0 < len(tag) <= 60))[:20]
