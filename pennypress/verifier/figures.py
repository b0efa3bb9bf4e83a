"""What the entries add up to: sums, counts and versions as they were at any size of the record."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .entries import Malformed
from .notes import SignedCheckpoint

VISIBLE = {"comment.posted", "comment.published", "comment.restored"}
DECISIONS = {"comment.held", "comment.published", "comment.removed", "comment.restored"}
FEE_COVER = "income:fee-cover"


@dataclass
class CampaignSums:
    """The sums of a campaign, in minor units."""

    raised: int = 0
    carried_over: int = 0
    contributors: int = 0
    goal: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class KeyHandover:
    """An entry by which one key hands over to the next, in this log or from the one before it."""

    entry: int
    kind: str
    old: str
    new: str
    note: bytes  # signed with the old key
    continued: SignedCheckpoint | None = None  # the last known of the log that this continues


@dataclass
class Figures:
    """All figures at one size of the record; entries are added in their order."""

    size: int = 0
    accounts: Counter = field(default_factory=Counter)  # (account, currency) -> balance
    campaigns: dict[int, CampaignSums] = field(default_factory=lambda: defaultdict(CampaignSums))
    versions: dict[int, list[tuple[int, int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # story -> (version, entry, time)
    public: set[int] = field(default_factory=set)  # stories that are not taken down
    shown: set[int] = field(default_factory=set)  # comments that are visible
    discussions: dict[int, int] = field(default_factory=dict)  # comment -> its discussion
    visible: dict[int, int] = field(default_factory=dict)  # discussion -> visible comments
    decisions: Counter = field(default_factory=Counter)  # (act, rule) -> number
    removed: set[int] = field(default_factory=set)  # comments with a decision to remove them
    handovers: list[KeyHandover] = field(default_factory=list)
    unseen: dict[str, int] = field(default_factory=dict)  # day -> comments that nobody saw

    def add(self, entry: dict[str, Any]) -> None:
        """Add the next entry. Raises Malformed when its facts cannot be added up."""
        kind, facts = entry["kind"], entry["facts"]
        try:
            if kind.startswith("comment."):
                self._add_comment(kind, _number(entry["subject"]), facts)
            elif "debit" in facts and "credit" in facts:
                self._add_sum(kind, _number(entry["subject"]), facts)
            elif kind in {"campaign.opened", "campaign.changed"}:
                campaign = self.campaigns[_number(entry["subject"])]
                campaign.goal, campaign.currency = facts["goal"], facts["currency"]
            elif kind == "story.published":
                number = _number(entry["subject"])
                self.versions[number].append((facts["version"], self.size, entry["time"]))
                self.public.add(number)
            elif kind == "story.restored":
                self.public.add(_number(entry["subject"]))
            elif kind == "story.unpublished":
                self.public.discard(_number(entry["subject"]))
            elif kind == "spam.counted":
                self._add_unseen(entry["time"], facts)
            elif kind in {"key.rotated", "record.restored"}:
                self.handovers.append(_read_handover(self.size, kind, facts))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed(f"the facts of {kind} cannot be added up") from error
        self.size += 1

    def _add_sum(self, kind: str, campaign: int, facts: dict[str, Any]) -> None:
        amount, currency = facts["amount"], facts["currency"]
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise ValueError(amount)
        sums = self.campaigns[campaign]
        for account, sign in ((facts["debit"], 1), (facts["credit"], -1)):
            self.accounts[account, currency] += sign * amount
            if account.startswith("income:") and account != FEE_COVER:
                sums.raised -= sign * amount
            if account.startswith("income:carried-over:"):
                sums.carried_over -= sign * amount
        sums.contributors += kind == "gift.received"

    def _add_unseen(self, time: str, facts: dict[str, Any]) -> None:
        """Each day is counted once, when it is over."""
        day, count = facts["day"], facts["count"]
        if date.fromisoformat(day).isoformat() != day or day >= time[:10] or day in self.unseen:
            raise ValueError(day)
        if type(count) is not int or count < 1:
            raise ValueError(count)
        self.unseen[day] = count

    def _add_comment(self, kind: str, comment: int, facts: dict[str, Any]) -> None:
        if "discussion" in facts:
            self.discussions[comment] = facts["discussion"]
        if kind in DECISIONS:
            self.decisions[kind.partition(".")[2], facts.get("rule")] += 1
        if kind == "comment.removed":
            self.removed.add(comment)
        if kind == "comment.completed":
            return
        is_visible = kind in VISIBLE
        if is_visible != (comment in self.shown):
            page = self.discussions[comment]
            self.visible[page] = self.visible.get(page, 0) + (1 if is_visible else -1)
            self.shown ^= {comment}


Check = Callable[[Figures], None]  # compares a claim with the figures at its record size
AT_THE_END = -1  # in place of a record size: a check that needs every entry


def _read_handover(entry: int, kind: str, facts: dict[str, Any]) -> KeyHandover:
    continued = None
    if kind == "record.restored":
        root, checkpoint = bytes.fromhex(facts["root"]), facts["checkpoint"].encode()
        continued = SignedCheckpoint(facts["origin"], int(facts["size"]), root, checkpoint)
    old, new, note = str(facts["old"]), str(facts["new"]), facts["note"].encode()
    return KeyHandover(entry, kind, old, new, note, continued)


def _number(subject: str) -> int:
    number = subject.partition(":")[2]
    if not (number.isascii() and number.isdigit()):  # int() reads " +1" and "1_0", too
        raise ValueError(subject)
    return int(number)
