"""What an arrival leaves in the record."""

from django.utils.translation import gettext_lazy as _

from pennypress.record.registry import NUMBER, Declaration, EntryKind

DECLARATION = Declaration(
    part="arrivals",
    kinds={
        "arrival.finished": EntryKind(
            _("An earlier site or archive was taken in"),
            "record",
            "^arrival:[0-9]+$",
            {"made": {"type": "object", "additionalProperties": NUMBER}},
        ),
        "arrival.withdrawn": EntryKind(
            _("What had been taken in was taken back"),
            "record",
            "^arrival:[0-9]+$",
            {"taken": {"type": "object", "additionalProperties": NUMBER}},
        ),
    },
)
