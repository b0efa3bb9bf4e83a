"""What the record says of itself."""

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from pennypress.foundation.language import count

from .checks import check_record
from .registry import HASH, NUMBER, TEXT, Declaration, EntryKind, PublicThing, Schema
from .tree import short_fingerprint

RECORD = "^record$"
VERIFIER_KEY: Schema = {"type": "string", "pattern": "^[^+ ]+[+][0-9a-f]{8}[+][A-Za-z0-9+/=]+$"}


def link_record(numbers: Collection[int]) -> dict[int, PublicThing]:
    """Of entries about the record itself: where it is told what they mean."""
    how_to_check = PublicThing(gettext("How to check the record"), reverse("record-how-to-check"))
    return dict.fromkeys(numbers, how_to_check)


def describe(facts: Mapping[str, Any]) -> list[str]:
    """How long the record was at a checkpoint, and its fingerprint."""
    if not {"size", "root"} <= facts.keys():
        return []
    size = ngettext("%(n)s entry", "%(n)s entries", facts["size"]) % {"n": count(facts["size"])}
    return [size, short_fingerprint(bytes.fromhex(facts["root"]))]


DECLARATION = Declaration(
    part="record",
    links={"record": link_record},
    describe=describe,
    groups={"record": _("The record itself")},
    checks={"record": check_record},
    kinds={
        "checkpoint.daily": EntryKind(
            _("The first checkpoint of a day was signed"),
            "record",
            RECORD,
            {"size": NUMBER, "root": HASH},
        ),
        "key.rotated": EntryKind(
            _("The record's key passed on to a new one"),
            "record",
            RECORD,
            {"old": VERIFIER_KEY, "new": VERIFIER_KEY, "note": TEXT},
        ),
        "record.restored": EntryKind(
            _("The site was restored from a backup: this record continues an earlier one"),
            "record",
            RECORD,
            {
                "origin": TEXT,
                "size": NUMBER,
                "root": HASH,
                "checkpoint": TEXT,
                "old": VERIFIER_KEY,
                "new": VERIFIER_KEY,
                "note": TEXT,
            },
        ),
    },
)
