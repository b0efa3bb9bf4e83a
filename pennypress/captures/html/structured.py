"""Comments that a page holds as data (JSON-LD) and not, or not yet, as markup."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pennypress.captures.discussions.names import tidy_name
from pennypress.formats.dates import read_stamp
from pennypress.formats.items import CommentItem, Markup
from pennypress.formats.links import make_absolute
from pennypress.formats.markdown import to_markdown
from pennypress.formats.tree import Tree, parse

from .head import Head, texts_of, types_of

DEEPEST = 60  # levels of answers
MOST = 100_000  # values that are looked at
_KINDS = ("Comment", "Answer", "DiscussionForumPosting", "SocialMediaPosting")
_ANSWERS = ("comment", "comments", "replies", "suggestedAnswer", "acceptedAnswer")


@dataclass(frozen=True, slots=True)
class _Found:
    value: dict[str, Any]
    parent: str | None
    depth: int


def read_data_comments(tree: Tree, head: Head, page: str) -> list[CommentItem]:
    """Return the comments of a page's structured data, parents before their answers."""
    items: list[CommentItem] = []
    seen: Counter[str] = Counter()
    stack = [_Found(each, None, 1) for each in reversed(list(_top_comments(tree)))]
    while stack and len(items) < MOST:
        found = stack.pop()
        item = _make(found, head, page, len(items), seen)
        parent, depth = found.parent, found.depth
        if item:
            items.append(item)
            parent, depth = item.source_id, found.depth + 1
        if depth <= DEEPEST:
            stack += [_Found(each, parent, depth) for each in reversed(_answers(found.value))]
    return items


def _top_comments(tree: Tree) -> Iterator[dict[str, Any]]:
    for script in tree.json_ld:
        try:
            value = json.loads(script.strip().removesuffix(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        stack: list[Any] = [value]
        count = 0
        while stack and count < MOST:
            each = stack.pop()
            count += 1
            if isinstance(each, list):
                stack += reversed(each)
            elif isinstance(each, dict):
                if types_of(each) == "Comment":
                    yield each
                    continue
                yield from _answers(each)
                stack += [value for key, value in each.items() if key not in _ANSWERS]


def _answers(value: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name in _ANSWERS:
        inner = value.get(name)
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, dict) and types_of(each) in _KINDS:
                found.append(each)
    return found


def _make(
    found: _Found, head: Head, page: str, position: int, seen: Counter[str]
) -> CommentItem | None:
    value = found.value
    written = next(
        (value[name] for name in ("text", "articleBody", "description") if name in value), ""
    )
    if not isinstance(written, str) or not written.strip():
        return None
    text, markup = written.strip(), Markup.PLAIN
    if "<" in written and ">" in written:
        text = _from_markup(written, head.base)
        markup = Markup.MARKDOWN
    author = next(iter(texts_of(value.get("author") or value.get("creator"))), None)
    date = next(iter(texts_of(value.get("dateCreated") or value.get("datePublished"))), "")
    key = json.dumps([found.parent, author, text])
    digest = sha256(f"{key}{seen[key]}".encode()).hexdigest()[:20]
    seen[key] += 1
    return CommentItem(
        page=page,
        source_id=f"{page}:{digest}",
        parent=found.parent,
        depth=found.depth,
        author=tidy_name(author) if author else None,
        text=text,
        posted=read_stamp(date, head.offset),
        position=position,
        line=1,
        markup=markup,
    )


def _from_markup(written: str, base: str | None) -> str:
    tree = parse(f"<html><body>{written}</body></html>", "a comment")
    body = next(tree.find_all("body"))
    return to_markdown(
        tree.events(body.index + 1, body.end), lambda href: make_absolute(href, base)
    )
