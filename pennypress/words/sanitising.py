"""The last gate before readers' words are shown: only allowed tags, attributes and schemes."""

import html
import re
import unicodedata

import nh3

_ALLOWED_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "strong", "ul",
}  # fmt: skip
_ALLOWED_SCHEMES = {"http", "https", "mailto"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # else nh3 adds title and lang
    "a": {"href"},
    "ol": {"start", "dir"},
    "li": {"value", "dir"},
    **{tag: {"dir"} for tag in ("blockquote", "p", "pre", "ul")},
}
_NUMBER = re.compile(r"[0-9]{1,9}")

_ROUNDS = 5  # of sanitising, until nothing changes


def sanitise(raw: str) -> str:
    """Return `raw` HTML with only allowed tags, and no link to a scheme that is not allowed.

    What is returned means the same however often it is parsed again: markup that changes its shape
    each time is how text slips past a sanitiser, and stands as plain text instead.
    """
    clean = _clean(raw)
    for _round in range(_ROUNDS):
        again = _clean(clean)
        if again == clean:
            return clean
        clean = again
    return _clean(html.escape(raw, quote=False))


def _clean(raw: str) -> str:
    clean = nh3.clean(
        raw,
        tags=_ALLOWED_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes=_ALLOWED_SCHEMES,
        link_rel="nofollow ugc noopener noreferrer",
    )
    return re.sub(r"<pre>\n+", "<pre>", clean)  # each parsing would drop one of these newlines


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    """Drop values that mean nothing, and links whose target is not allowed.

    A target may hide its scheme behind white space or control characters: nh3 looks at the scheme
    as written; browsers strip such characters before they look.
    """
    if attribute == "dir":
        return value if value in {"ltr", "rtl", "auto"} else None
    if attribute in {"start", "value"}:
        return value if _NUMBER.fullmatch(value) else None
    if attribute != "href":
        return value
    bare = "".join(
        c for c in value if not c.isspace() and unicodedata.category(c) not in {"Cc", "Cf"}
    )
    scheme = re.match(r"([^/?#:]*):", bare)
    if scheme and scheme[1].lower() not in _ALLOWED_SCHEMES:
        return None
    return value
