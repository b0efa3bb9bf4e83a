"""Pictures that a page holds as text ("data:image/png;base64,…"), as SingleFile saves them."""

import base64
import binascii
import re
from collections.abc import Callable
from hashlib import sha256

from pennypress.formats.items import ArrivalRefused

DATA_LIMIT = 150 * 2**20  # bytes of a page with its pictures
LEAST = 2_000  # bytes of a picture that is more than an icon
HOST = "picture.invalid"  # RFC 6761: nobody's

_DATA_URI = re.compile(
    rb"data:image/(?P<kind>png|jpe?g|gif|webp|avif);base64,(?P<data>[A-Za-z0-9+/=%\s]{8,}?)"
    rb"(?=[\"')>]|&quot;)"
)


def take_pictures_out(data: bytes) -> tuple[bytes, dict[str, Callable[[], bytes]]]:
    """Return a page with short addresses for the pictures in it, and what reads these.

    Small ones, which are icons, are left out.
    """
    found: dict[str, Callable[[], bytes]] = {}

    def replace(match: re.Match[bytes]) -> bytes:
        written = match["data"]
        if len(written) < LEAST:
            return b""
        kind = match["kind"].decode()
        address = f"https://{HOST}/{sha256(written).hexdigest()[:20]}.{kind}"
        found.setdefault(address, lambda: _decode(written, address))
        return address.encode()

    return _DATA_URI.sub(replace, data), found


def _decode(written: bytes, name: str) -> bytes:
    try:
        return base64.b64decode(re.sub(rb"\s|%0A|%0D", b"", written), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise ArrivalRefused("the picture is damaged", name) from fault
