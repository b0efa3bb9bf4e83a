"""Which addresses the record has, for those who visit them all."""

from collections.abc import Iterator

from pennypress.record.sealing import latest_checkpoint
from pennypress.record.tiles import HEIGHT, MOST_LEVELS, WIDTH

from .verifier_file import PATH

CLAIMS = "/record/claims.json"


def record_documents() -> Iterator[tuple[str, str]]:
    """Yield the addresses of all that is needed to check the record without the site.

    With each comes the name of its file in a mirror, or "" where the address itself is one.
    """
    yield PATH, ""
    signed = [*signed_documents()]
    if signed:
        yield CLAIMS, ""
    yield from signed


def signed_documents() -> Iterator[tuple[str, str]]:
    """Yield, as `record_documents` does, all that belongs to the latest checkpoint: no claims."""
    latest = latest_checkpoint()
    if latest is None:
        return
    yield f"/record/checkpoint?size={latest.size}", "record/checkpoint"
    yield "/record/key", ""
    for bundle in range((latest.size + WIDTH - 1) // WIDTH):
        yield f"/record/opened/{bundle}.json", ""
    for level in ("entries", *range(MOST_LEVELS)):
        count = latest.size >> (HEIGHT * level if isinstance(level, int) else 0)
        for index in range(count // WIDTH):
            yield f"/record/tile/{level}/{tile_number(index)}", ""
        if count % WIDTH:
            yield f"/record/tile/{level}/{tile_number(count // WIDTH)}.p/{count % WIDTH}", ""


def tile_number(index: int) -> str:
    """Write a tile's index as its address does: 1234067 is x001/x234/067."""
    groups = []
    while True:
        index, group = divmod(index, 1000)
        groups.append(f"{group:03}")
        if not index:
            return "/".join([*(f"x{group}" for group in groups[:0:-1]), groups[0]])
