"""What a check found: every disagreement, and what could not be read, each with its code."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NoReturn

from .notes import SignedCheckpoint

MOST_FINDINGS = 100  # of one code and level that are listed; the rest are counted
DISAGREEMENT, RESTORED, UNREAD = "disagreement", "restored", "unread"  # levels of findings


class Stop(Exception):
    """Nothing more can be checked; the report says why."""


@dataclass(frozen=True)
class VerifyFinding:
    """A disagreement: its code, where it is, and what disagrees.

    Two levels mark what is no disagreement. RESTORED: this record continues another one. UNREAD: it
    could not be read, thus not checked.
    """

    code: str
    where: str
    message: str
    level: str = DISAGREEMENT

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass
class VerifyReport:
    """What a check found, and how much was checked. `notes` are worth knowing, and agree."""

    checkpoint: SignedCheckpoint | None = None
    findings: list[VerifyFinding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)  # code -> findings only counted
    unlisted_unread: Counter[str] = field(default_factory=Counter)  # those of the level UNREAD
    entries: int = 0
    tiles: int = 0
    claims: int = 0
    pages: int = 0
    pictures: int = 0
    opened: int = 0
    all_pages: int = 0  # that are to be checked, as far as that is known yet
    all_pictures: int = 0

    @property
    def ok(self) -> bool:
        """Whether all was read, and agrees."""
        return all(finding.level == RESTORED for finding in self.findings)

    @property
    def agrees(self) -> bool:
        """Whether nothing of what was read disagrees."""
        return all(finding.level != DISAGREEMENT for finding in self.findings)

    @property
    def read(self) -> bool:
        """Whether all could be read."""
        return all(finding.level != UNREAD for finding in self.findings)

    def find(self, code: str, where: str, message: str, level: str = DISAGREEMENT) -> None:
        """Add a finding; past MOST_FINDINGS of its code and level it is only counted."""
        alike = sum((one.code, one.level) == (code, level) for one in self.findings)
        if alike < MOST_FINDINGS:
            self.findings.append(VerifyFinding(code, where, message, level))
        else:
            (self.unlisted_unread if level == UNREAD else self.unlisted)[code] += 1

    def stop(self, code: str, where: str, message: str, level: str = DISAGREEMENT) -> NoReturn:
        """Add a finding after which nothing more can be checked. Raises Stop."""
        self.find(code, where, message, level)
        raise Stop

    def compare(self, where: str, what: str, claimed: object, found: object, code: str) -> None:
        """Add a finding unless the claimed value is the one that the record adds up to."""
        self.claims += 1
        if claimed != found:
            self.find(
                code,
                where,
                f"{what} is claimed to be {claimed!r}, but the record adds up to {found!r}",
            )
