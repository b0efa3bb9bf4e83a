"""Giving references in our own pages and style sheets other targets, and changing nothing else.

A parser would write the whole page anew, and no two write the same; our pages are well-formed by
their templates and by the sanitiser of readers' words, so it is enough to find the tags, and in
these the attributes that hold addresses. Every other byte stays as it was rendered.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

# In scripts and style sheets `<` means nothing; a quoted value may hold `>`.
_TAG = re.compile(
    rb"<!--.*?-->"
    rb"|<(?P<raw>script|style)(?P<raw_attributes>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    rb".*?</(?P=raw)\s*>"
    rb"|<(?P<tag>[a-z][^\s/>]*)(?P<attributes>(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<space>\s*)(?P<name>[^\s"'<>/=]+)"""
    r"""(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=<>`]+)))?"""
)
_ADDRESSES = {"href", "src", "poster", "cite", "data", "xlink:href", "data-full-size"}
_SETS = {"srcset", "imagesrcset"}
_FORMS = {"action", "formaction"}
# What only a script that talks to the live site reads.
_DROPPED = {
    "data-topic", "data-since", "data-latest", "data-words", "data-address", "data-order",
    "data-after", "data-strip", "data-reply", "data-unsent", "data-offline",
}  # fmt: skip
_LIVE_SCRIPT = re.compile(r"/js/(live|replies|drafts)(\.[0-9a-f]+)?\.js$")
_TOUCHED = re.compile(
    rb"\s(%s)\b" % b"|".join(n.encode() for n in sorted(_ADDRESSES | _SETS | _FORMS | _DROPPED)),
    re.IGNORECASE,
)
_IN_SET = re.compile(r"(?P<space>[\s,]*)(?P<url>[^\s,]\S*[^\s,]|[^\s,])(?P<size>[^,]*)")
_CSS_URL = re.compile(
    r"""url\(\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'()]*))\s*\)"""
    r"""|@import\s+(?:"(?P<import_double>[^"]*)"|'(?P<import_single>[^']*)')""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """An address as it stands in a page: where from, and at which byte of the page."""

    url: str
    tag: str
    rel: frozenset[str]
    position: int
    is_form: bool = False


Resolve = Callable[[Reference], str | None]  # the new address; None leaves it as it is


@dataclass(slots=True)
class Rewritten:
    """A page with other targets, and where each byte of the page before has gone."""

    text: bytes
    _ends: list[int] = field(default_factory=list)
    _shifts: list[int] = field(default_factory=list)

    def place(self, position: int) -> int:
        """Where what began at this byte begins now."""
        before = bisect_right(self._ends, position)
        return position + (self._shifts[before - 1] if before else 0)


def rewrite_html(text: bytes, resolve: Resolve, page_url: str) -> Rewritten:
    """Ask `resolve` for each reference in a page; `page_url` is where its forms without one go."""
    out: list[bytes] = []
    ends: list[int] = []
    shifts: list[int] = []
    done = shift = 0
    for match in _TAG.finditer(text):
        new = _rewrite_match(match, resolve, page_url)
        if new is None:
            continue
        out += [text[done : match.start()], new]
        done = match.end()
        shift += len(new) - (match.end() - match.start())
        ends.append(done)
        shifts.append(shift)
    out.append(text[done:])
    return Rewritten(b"".join(out), ends, shifts)


def _rewrite_match(match: re.Match[bytes], resolve: Resolve, page_url: str) -> bytes | None:
    """The tag as it shall be, with a script's content; None when it stays as it is."""
    name = "raw" if match["raw"] else "tag"
    if match[name] is None:  # a comment
        return None
    part = "raw_attributes" if match["raw"] else "attributes"
    tag = match[name].decode().lower()
    if tag != "form" and not _TOUCHED.search(match[part]):
        return None
    before = match[part].decode()
    rel = frozenset(_value_of(before, "rel").lower().split())
    at = match.start()
    if tag == "script" and _LIVE_SCRIPT.search(_value_of(before, "src")):
        return b""

    def attribute(found: re.Match[str]) -> str:
        key = found["name"].lower()
        if key in _DROPPED:
            return ""
        value = _text_of(found)
        if key in _SETS:
            new: str | None = _IN_SET.sub(
                lambda one: (
                    one["space"]
                    + (resolve(Reference(one["url"], tag, rel, at)) or one["url"])
                    + one["size"]
                ),
                value,
            )
        elif key in _ADDRESSES:
            new = resolve(Reference(value, tag, rel, at))
        elif key in _FORMS:
            new = resolve(Reference(value or page_url, tag, rel, at, is_form=True))
        else:
            return found[0]
        if new is None or new == value:
            return found[0]
        return f'{found["space"]}{found["name"]}="{html.escape(new)}"'

    after = _ATTRIBUTE.sub(attribute, before)
    stays_here = re.search(r"\saction\b", before) or _value_of(before, "method") == "dialog"
    if tag == "form" and not stays_here:
        after = f' action="{html.escape(page_url)}"{after}'
    if after == before:
        return None
    start, end = match.span(part)
    whole = match[0]
    return whole[: start - at] + after.encode() + whole[end - at :]


def _value_of(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found["name"].lower() == name:
            return _text_of(found)
    return ""


def _text_of(found: re.Match[str]) -> str:
    return html.unescape(found["double"] or found["single"] or found["bare"] or "")


def rewrite_css(text: str, resolve: Resolve) -> str:
    """Ask `resolve` for each `url(…)` and `@import` of a style sheet."""

    def one(found: re.Match[str]) -> str:
        kinds = ("double", "single", "bare", "import_double", "import_single")
        kind = next((kind for kind in kinds if found[kind] is not None), "bare")
        new = resolve(Reference(found[kind], "style", frozenset(), found.start()))
        if new is None:
            return found[0]
        start, end = found.span(kind)
        return found[0][: start - found.start()] + new + found[0][end - found.start() :]

    return _CSS_URL.sub(one, text)
