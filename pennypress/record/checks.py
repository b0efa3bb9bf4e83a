"""The record's own check: nothing is missing, damaged, of an unknown kind, or could be changed."""

import json
from collections.abc import Iterator

import rfc8785
from django.db import connection
from django.db.models import Model, Q

from .append_only import is_protected
from .models import Checkpoint, Cosignature, Day, Entry, Log, Tile
from .registry import entry_kinds
from .sealing import find_faults


def check_record() -> Iterator[str]:
    """Yield what is wrong with the record."""
    size = Log.objects.values_list("size", flat=True).first() or 0
    outside = Entry.objects.filter(Q(index__lt=0) | Q(index__gte=size))
    if Entry.objects.count() != size or outside.exists():
        yield f"the record says {size} entries and holds {Entry.objects.count()}"
    kinds = entry_kinds()
    for entry in Entry.objects.order_by("pk").iterator():
        body = read_body(entry.body)
        if (body.get("kind"), body.get("subject")) != (entry.kind, entry.subject):
            yield f"entry {entry.pk} of the record is damaged"
        elif entry.kind not in kinds:
            yield f"entry {entry.pk} of the record is of no known kind: {entry.kind}"
    yield from find_faults()
    for model in (Entry, Tile, Checkpoint, Day, Cosignature):
        yield from find_unprotected(model)


def find_unprotected(model: type[Model]) -> Iterator[str]:
    """Yield a sentence where the database would let an append-only table be changed."""
    if not is_protected(connection, model._meta.db_table):
        yield f"the database would let {model._meta.verbose_name_plural} be changed"


def read_body(body: bytes | memoryview | None) -> dict[str, object]:
    """Return what an entry's bytes say, or nothing when they are no canonical JSON object."""
    try:
        found = json.loads(bytes(body or b""))
        whole = isinstance(found, dict) and rfc8785.dumps(found) == bytes(body or b"")
        return found if whole else {}
    except ValueError:
        return {}
