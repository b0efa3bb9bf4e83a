"""What the record says of itself."""

from django.utils.translation import gettext_lazy as _

from .checks import check_record
from .registry import HASH, NUMBER, TEXT, Declaration, EntryKind, Schema

RECORD = "^record$"
VERIFIER_KEY: Schema = {"type": "string", "pattern": "^[^+ ]+[+][0-9a-f]{8}[+][A-Za-z0-9+/=]+$"}

DECLARATION = Declaration(
    part="record",
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
