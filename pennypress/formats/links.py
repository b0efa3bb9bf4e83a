"""Where a page's links lead: absolute, without the web archive that the page was saved from."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 2000  # characters of an address

_ARCHIVED = re.compile(
    r"(?:https?:)?(?://(?:web\.archive\.org|[\w.-]*archive[\w.-]*|[\w.-]*arquivo\.pt|wayback[\w.-]*)"
    r"(?::\d+)?)?/(?:web|wayback|all|noFrame/replay)/(\d{4,14})(?:[a-z]{2}_|\*)?/(?=https?:/|www\.)"
)
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_ga|ref_src|ref_url|cmpid|wt_mc|xtor|"
    r"s?sessionid|phpsessid|jsessionid|sid|replytocom",
    re.IGNORECASE,
)
_WHITE = re.compile(r"[\s\x00-\x1f]+")


def make_absolute(href: str, base: str | None) -> str | None:
    """Return the web or mail address that a link leads to; None where it leads nowhere of these."""
    href = _WHITE.sub("", unwrap(href.strip()))
    if not href or len(href) > LONGEST:
        return None
    if href.lower().startswith("mailto:"):
        return href if "@" in href else None
    try:
        joined = unwrap(urljoin(base or "", href))
        parts = urlsplit(joined)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    return joined


def unwrap(address: str) -> str:
    """An address without the web archive in front of it."""
    if "/" not in address[:4] and "://" not in address[:8]:
        return address
    found = _ARCHIVED.match(address)
    if found is None:
        return address
    rest = address[found.end() :]
    rest = re.sub(r"^(https?):/+", r"\1://", rest)
    return rest if rest.startswith("http") else f"http://{rest}"


def archived_at(address: str) -> str | None:
    """When a web archive saved the page at an address: 14 digits or fewer."""
    found = _ARCHIVED.match(address)
    return found[1] if found else None


def make_canonical(address: str) -> str:
    """An address as it tells one page from another: without fragment and what only tracks."""
    parts = urlsplit(address)
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(key)
    ]
    host = (parts.netloc or "").lower().removesuffix(":80").removesuffix(":443")
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", urlencode(query), ""))
