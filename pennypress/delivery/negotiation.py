"""Which encodings a client takes, from its Accept-Encoding header (RFC 9110, section 12.5.3)."""

import re
from functools import lru_cache

BROTLI, GZIP, IDENTITY = "br", "gzip", "identity"
_ITEM = re.compile(
    r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)"
    r"(?:\s*;\s*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)


LONGEST = 1_000  # characters of the header that are read


def encodings_taken(accepted: str | None) -> tuple[str, ...]:
    """Return which of br, gzip and identity the client takes, the one it wants most first.

    Empty when it takes none of them. Without the header, plain text is all that is sure to be
    understood; what cannot be read in it is passed over. A `*` rules encodings out (`*;q=0`), but
    is no wish for one.
    """
    # Cut before it is remembered: whoever sends it decides how long it is.
    return _encodings_taken(accepted and accepted[:LONGEST])


@lru_cache(maxsize=2048)
def _encodings_taken(accepted: str | None) -> tuple[str, ...]:
    if accepted is None:
        return (IDENTITY,)
    weights: dict[str, float] = {}
    for item in accepted.split(","):
        if found := _ITEM.fullmatch(item.strip()):
            weights[found[1].lower()] = float(found[2] or 1)
    if "x-gzip" in weights:
        weights.setdefault(GZIP, weights["x-gzip"])
    offered = {
        BROTLI: weights.get(BROTLI, 0),
        GZIP: weights.get(GZIP, 0),
        # Plain text is taken unless it is ruled out, and is the last choice unless it is named.
        IDENTITY: weights.get(IDENTITY, min(weights.get("*", 1), 0.0005)),
    }
    return tuple(sorted((name for name in offered if offered[name]), key=lambda n: -offered[n]))
