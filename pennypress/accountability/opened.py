"""Opening the record's commitments: the words behind them, with their salts, while both are public.

What was withdrawn, removed or taken down is not here. Its entry stays, and says nothing of it.
"""

import base64
from collections.abc import Iterator

from pennypress.record.models import Salt
from pennypress.record.registry import Opened, declarations
from pennypress.record.tiles import WIDTH, signed_size


def read_opened(bundle: int) -> list[dict[str, object]]:
    """Return what may be opened of the signed entries of a bundle, by number: salt and content."""
    entries = range(bundle * WIDTH, min((bundle + 1) * WIDTH, signed_size()))
    salts = {
        (entry, name): bytes(salt)
        for entry, name, salt in Salt.objects.filter(
            entry__gte=entries.start, entry__lt=entries.stop
        ).values_list("entry_id", "name", "salt")
    }
    return [
        {
            "entry": entry,
            "name": name,
            "salt": base64.b64encode(salts[entry, name]).decode(),
            "content": content.decode(),
        }
        for entry, name, content in sorted(_contents(entries))
        if (entry, name) in salts
    ]


def _contents(entries: range) -> Iterator[Opened]:
    for one in declarations():
        if one.openings:
            yield from one.openings(entries)
