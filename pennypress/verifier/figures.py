"""What the entries add up to: sums, counts and versions as they were at any size of the record."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from .notes import Checkpoint

MEMBERS = {"commitments", "facts", "kind", "subject", "time"}
SLACK = timedelta(minutes=5)  # that a site's clock may be ahead of ours
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
VISIBLE = {"comment.posted", "comment.published", "comment.restored"}
DECISIONS = {"comment.held", "comment.published", "comment.removed", "comment.restored"}
FEE_COVER = "income:fee-cover"


class Malformed(ValueError):
    """An entry is not what an entry is; the message says why."""


def read_entry(body: bytes) -> dict[str, Any]:
    """Take an entry apart. Raises Malformed unless it is canonical JSON with the right members."""
    try:
        said = orjson.loads(body)
    except ValueError as error:
        raise Malformed("it is no JSON of the kind that entries are") from error
    if not isinstance(said, dict) or said.keys() != MEMBERS:
        raise Malformed("it has not the members of an entry")
    try:
        same = orjson.dumps(said, option=orjson.OPT_SORT_KEYS) == body
    except TypeError as error:
        raise Malformed("it is nested too deeply") from error
    # The decoder makes no subclasses: comparing types is enough, and this runs for each entry.
    facts, commitments = said["facts"], said["commitments"]
    if type(facts) is not dict or type(commitments) is not dict:
        raise Malformed("its facts or commitments are no objects")
    if not type(said["kind"]) is type(said["subject"]) is type(said["time"]) is str:
        raise Malformed("its kind, subject or time is no text")
    # A fraction, which RFC 8785 writes in one of many ways, is never in an entry.
    if not same or _has_fraction(facts.values()) or _has_fraction(commitments.values()):
        raise Malformed("it is not in canonical form")
    return said


def _has_fraction(values: Iterable[Any]) -> bool:
    for one in values:
        kind = type(one)
        if kind is str or kind is int:
            continue
        if kind is float:
            return True
        if (kind is dict and _has_fraction(one.values())) or (kind is list and _has_fraction(one)):
            return True
    return False


class Clock:
    """The latest time that an entry may state, as texts, which are in order where times are."""

    def __init__(self, now: datetime) -> None:
        """`now` is the reader's own time, aware."""
        latest = (now + SLACK).astimezone(UTC)
        self._moment = latest.strftime("%Y-%m-%dT%H:%M:%SZ")
        # Days are those of the site's own time zone.
        self._day = (latest + timedelta(hours=14)).strftime("%Y-%m-%d")

    def is_ahead(self, time: str) -> bool:
        """Whether a time is later than the clock and five minutes. Raises Malformed."""
        if _MOMENT.fullmatch(time):
            latest = self._moment
        elif _DAY.fullmatch(time):
            latest = self._day
        else:
            raise Malformed(f"its time {time[:40]!r} is no time")
        try:
            datetime.fromisoformat(time)
        except ValueError as error:
            raise Malformed(f"its time {time!r} is no time") from error
        return time > latest


@dataclass
class Campaign:
    """The sums of a campaign, in minor units."""

    raised: int = 0
    carried_over: int = 0
    contributors: int = 0
    goal: int | None = None
    currency: str = ""


@dataclass(frozen=True)
class Passed:
    """An entry by which one key passes on to the next, in a log or from a log that it continues."""

    entry: int
    kind: str
    old: str
    new: str
    note: bytes  # signed with the old key
    before: Checkpoint | None = None  # what is last known of the log that was continued


@dataclass
class Figures:
    """All figures at one size of the record; entries are added in their order."""

    size: int = 0
    accounts: Counter = field(default_factory=Counter)  # (account, currency) -> balance
    campaigns: dict[int, Campaign] = field(default_factory=lambda: defaultdict(Campaign))
    versions: dict[int, list[tuple[int, int, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )  # story -> (version, entry, time)
    public: set[int] = field(default_factory=set)  # stories that are not taken down
    shown: set[int] = field(default_factory=set)  # comments that are visible
    homes: dict[int, int] = field(default_factory=dict)  # of comments: their discussions
    visible: dict[int, int] = field(default_factory=dict)  # discussion -> comments
    decisions: Counter = field(default_factory=Counter)  # (act, rule) -> number
    removed: set[int] = field(default_factory=set)  # comments with a decision to remove them
    passed: list[Passed] = field(default_factory=list)

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
            elif kind in {"key.rotated", "record.restored"}:
                self.passed.append(_passed(self.size, kind, facts))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed(f"what it says of {kind} cannot be added up") from error
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

    def _add_comment(self, kind: str, comment: int, facts: dict[str, Any]) -> None:
        if "discussion" in facts:
            self.homes[comment] = facts["discussion"]
        if kind in DECISIONS:
            self.decisions[kind.partition(".")[2], facts.get("rule")] += 1
        if kind == "comment.removed":
            self.removed.add(comment)
        is_visible = kind in VISIBLE
        if is_visible != (comment in self.shown):
            home = self.homes[comment]
            self.visible[home] = self.visible.get(home, 0) + (1 if is_visible else -1)
            self.shown ^= {comment}


Check = Callable[[Figures], None]  # compares what is claimed with the figures at its size
AT_THE_END = -1  # the size of a check that needs every entry


def _passed(entry: int, kind: str, facts: dict[str, Any]) -> Passed:
    before = None
    if kind == "record.restored":
        root, note = bytes.fromhex(facts["root"]), facts["checkpoint"].encode()
        before = Checkpoint(facts["origin"], int(facts["size"]), root, note)
    return Passed(entry, kind, str(facts["old"]), str(facts["new"]), facts["note"].encode(), before)


def _number(subject: str) -> int:
    return int(subject.partition(":")[2])
