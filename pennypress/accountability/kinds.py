"""The vocabulary of the record: what each kind of entry means, and the shape of what it says."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

Schema = dict[str, Any]

NUMBER: Schema = {"type": "integer", "minimum": 0}
POSITIVE: Schema = {"type": "integer", "minimum": 1}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
ACCOUNT: Schema = {"type": "string", "pattern": "^(assets|income|expenses|equity)(:[^ ]+)+$"}
DAY_OR_NULL: Schema = {"type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
TEXT: Schema = {"type": "string"}
VERIFIER_KEY: Schema = {"type": "string", "pattern": "^[^+ ]+[+][0-9a-f]{8}[+][A-Za-z0-9+/=]+$"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


@dataclass(frozen=True)
class EntryKind:
    """A kind of entry. `facts` maps each fact to its JSON schema; those in `optional` may miss."""

    words: Any
    group: str
    subject: str
    facts: dict[str, Schema] = field(default_factory=dict)
    optional: dict[str, Schema] = field(default_factory=dict)
    commitments: tuple[str, ...] = ()
    by_day: bool = False

    def schema(self, name: str) -> Schema:
        """Return the JSON schema (draft 2020-12) of entries of this kind."""
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            "type": "object",
            "properties": {
                "kind": {"const": name},
                "subject": {"type": "string", "pattern": self.subject},
                "time": {"type": "string", "pattern": DAY if self.by_day else MOMENT},
                "facts": {
                    "type": "object",
                    "properties": self.facts | self.optional,
                    "required": sorted(self.facts),
                    "additionalProperties": False,
                },
                "commitments": {
                    "type": "object",
                    "properties": dict.fromkeys(self.commitments, HASH),
                    "required": sorted(self.commitments),
                    "additionalProperties": False,
                },
            },
            "required": ["commitments", "facts", "kind", "subject", "time"],
            "additionalProperties": False,
        }


STORY, DISCUSSION, COMMENT = "^story:[0-9]+$", "^discussion:[0-9]+$", "^comment:[0-9]+$"
CAMPAIGN, ARRIVAL, RECORD = "^campaign:[0-9]+$", "^arrival:[0-9]+$", "^record$"
RULE = "^rule:[0-9]+$"

_CARRIED = {"carried_over": {"const": True}}
_BY: Schema = {"enum": ["policy", "word list", "moderator"]}
_HELD = {"by": _BY, "discussion": POSITIVE}
_DECIDED = {"by": {"const": "moderator"}, "rule": {"type": "null"}, "discussion": POSITIVE}
_BOOKED = {"amount": POSITIVE, "currency": CURRENCY, "debit": ACCOUNT, "credit": ACCOUNT}
_CAMPAIGN = {
    "currency": CURRENCY,
    "goal": {"type": ["integer", "null"], "minimum": 1},
    "starts": DAY_OR_NULL,
    "ends": DAY_OR_NULL,
}

KINDS: dict[str, EntryKind] = {
    "story.published": EntryKind(
        _("A version of a story was published"),
        "stories",
        STORY,
        {
            "version": POSITIVE,
            "kind": {"enum": ["news", "analysis", "opinion"]},
            "language": {"type": "string"},
        },
        optional=_CARRIED,
        commitments=("content",),
    ),
    "story.unpublished": EntryKind(_("A story was taken down"), "stories", STORY),
    "story.restored": EntryKind(
        _("A story that was taken down is public again, unchanged"), "stories", STORY
    ),
    "discussion.opened": EntryKind(_("A discussion was opened again"), "comments", DISCUSSION),
    "discussion.closed": EntryKind(_("A discussion was closed"), "comments", DISCUSSION),
    "comment.posted": EntryKind(
        _("A comment became visible"),
        "comments",
        COMMENT,
        {"discussion": POSITIVE, "parent": {"type": ["integer", "null"]}},
        optional=_CARRIED,
        commitments=("words",),
    ),
    "comment.held": EntryKind(
        _("A comment was held for a moderator"),
        "comments",
        COMMENT,
        _HELD,
        optional={"rule": {"type": "null"}},
    ),
    "comment.published": EntryKind(
        _("A moderator made a comment visible"), "comments", COMMENT, _DECIDED
    ),
    "comment.removed": EntryKind(
        _("A moderator removed a comment under a house rule"),
        "comments",
        COMMENT,
        _DECIDED | {"rule": POSITIVE},
        optional=_CARRIED,
    ),
    "comment.restored": EntryKind(
        _("A moderator brought a removed comment back"), "comments", COMMENT, _DECIDED
    ),
    "comment.withdrawn": EntryKind(_("An author took a comment back"), "comments", COMMENT),
    "policy.changed": EntryKind(
        _("A house rule was made, changed or removed"),
        "comments",
        RULE,
        {"change": {"enum": ["made", "changed", "removed"]}},
        optional=_CARRIED,
        commitments=("text",),
    ),
    "campaign.opened": EntryKind(
        _("A campaign was opened"), "fund", CAMPAIGN, _CAMPAIGN, commitments=("text",)
    ),
    "campaign.changed": EntryKind(
        _("A campaign was changed"), "fund", CAMPAIGN, _CAMPAIGN, commitments=("text",)
    ),
    "gift.received": EntryKind(_("A gift was received"), "fund", CAMPAIGN, _BOOKED, by_day=True),
    "sum.carried": EntryKind(
        _("A sum was carried over from an earlier site or box"),
        "fund",
        CAMPAIGN,
        _BOOKED,
        by_day=True,
    ),
    "arrival.finished": EntryKind(
        _("An earlier site or archive was taken in"),
        "record",
        ARRIVAL,
        {"made": {"type": "object", "additionalProperties": NUMBER}},
    ),
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
}

GROUPS: dict[str, Any] = {
    "stories": _("Stories"),
    "comments": _("Comments"),
    "fund": _("The fund"),
    "record": _("The record itself"),
}
