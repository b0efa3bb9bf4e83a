"""Pages that browsers save as one file of mail parts (.mht, .mhtml)."""

import email
from collections.abc import Callable
from datetime import UTC
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from pennypress.formats.items import ArrivalRefused

from .folders import read_file
from .pages import CapturedPage

MOST_PARTS = 5_000


def page_of_mhtml(path: Path) -> CapturedPage:
    """Return the page that such a file holds. Raises ArrivalRefused if it holds none."""
    message = email.message_from_bytes(read_file(path), policy=default)
    page: EmailMessage | None = None
    pictures: dict[str, Callable[[], bytes]] = {}
    for count, part in enumerate(message.walk()):
        if count > MOST_PARTS:
            raise ArrivalRefused(f"the file has more than {MOST_PARTS:,} parts", path.name)
        kind = part.get_content_type()
        if page is None and kind in {"text/html", "application/xhtml+xml"}:
            page = part
        elif kind.startswith("image/"):
            for name in _names(part):
                pictures.setdefault(name, lambda part=part: _content(part))  # type: ignore[misc]
    if page is None:
        raise ArrivalRefused("the file holds no page", path.name)
    found = page
    address = str(message.get("Snapshot-Content-Location") or found.get("Content-Location") or "")
    try:
        captured = parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    except (TypeError, ValueError):
        captured = None
    return CapturedPage(path.name, lambda: _content(found), address or None, captured, pictures.get)


def _names(part: EmailMessage) -> list[str]:
    names = []
    if part.get("Content-Location"):
        names.append(str(part["Content-Location"]))
    if part.get("Content-ID"):
        names.append("cid:" + str(part["Content-ID"]).strip("<> "))
    return names


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
