"""The record for machines: checkpoint, key, tiles and bundles, as C2SP tlog-tiles says."""

import re

from django.http import Http404, HttpRequest, HttpResponse

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.paging import read_number

from . import tiles
from .keys import KeyMissing, read_key
from .models import Checkpoint
from .sealing import latest_checkpoint
from .witnesses import latest_cosigned, with_cosignatures

_NEVER_CHANGES = "public, max-age=31536000, immutable"
_NUMBER = re.compile(r"(?:x[0-9]{3}/)*[0-9]{3}")


def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest signed checkpoint; with `size`, the one that was signed over so many entries."""
    depends_on("checkpoint")
    size = read_number(request.GET, "size")
    if size is None:
        return _as_note(latest_checkpoint())
    return _as_note(Checkpoint.objects.filter(size=size).first())


def cosigned(request: HttpRequest) -> HttpResponse:
    """The latest checkpoint that a witness cosigned, with all its lines."""
    depends_on("checkpoint")
    return _as_note(latest_cosigned())


def _as_note(found: Checkpoint | None) -> HttpResponse:
    if found is None:
        raise Http404("no such checkpoint is signed yet")
    response = HttpResponse(with_cosignatures(found), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=2"
    return response


def key(request: HttpRequest) -> HttpResponse:
    """The verifier key of the log."""
    depends_on("checkpoint")
    try:
        text = f"{read_key().verifier}\n"
    except KeyMissing as error:
        raise Http404("the record has no key yet") from error
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def tile(request: HttpRequest, level: str, number: str, width: str = "") -> HttpResponse:
    """A tile of hashes (`level` is a number), or a bundle of entries (`level` is "entries")."""
    wide = int(width) if width else tiles.WIDTH
    try:
        index = _index(number)
        if width and wide == tiles.WIDTH:
            raise tiles.NoSuchTile("a full tile has no width in its address")
        if level == "entries":
            content = tiles.read_bundle(index, wide)
        else:
            content = tiles.read_tile(int(level), index, wide)
    except tiles.NoSuchTile as error:
        raise Http404(str(error)) from error
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Cache-Control"] = _NEVER_CHANGES
    return response


def nothing(request: HttpRequest) -> HttpResponse:
    """What nobody writes so is not found, at once: machines ask, so no other spelling is tried."""
    raise Http404("there is no such tile")


def _index(number: str) -> int:
    """Read an index such as `x001/x234/067`. Raises NoSuchTile for one that nobody writes so."""
    digits = number.replace("x", "").replace("/", "")
    canonical = len(digits) == 3 or int(digits[:3]) > 0
    if not _NUMBER.fullmatch(number) or len(digits) > 15 or not canonical:
        raise tiles.NoSuchTile(f"{number} is no index of a tile")
    return int(digits)
