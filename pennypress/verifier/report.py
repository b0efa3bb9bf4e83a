"""What a check found: every disagreement, with its code."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NoReturn

from .notes import SignedCheckpoint

MOST_FINDINGS = 100  # of one code that are listed; the rest are counted


class Stop(Exception):
    """Nothing more can be checked; the report says why."""


@dataclass(frozen=True)
class VerifyFinding:
    """A disagreement: its code, where it is, and what disagrees.

    The level "restored" marks what is no disagreement: this record continues another one.
    """

    code: str
    where: str
    message: str
    level: str = "disagreement"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass
class VerifyReport:
    """What a check found, and how much was checked. `notes` are worth knowing, and agree."""

    checkpoint: SignedCheckpoint | None = None
    findings: list[VerifyFinding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)  # code -> findings only counted
    entries: int = 0
    tiles: int = 0
    claims: int = 0
    pages: int = 0
    opened: int = 0

    @property
    def ok(self) -> bool:
        return all(finding.level == "restored" for finding in self.findings)

    def find(self, code: str, where: str, message: str, level: str = "disagreement") -> None:
        """Add a finding; past MOST_FINDINGS of its code it is only counted."""
        if sum(finding.code == code for finding in self.findings) < MOST_FINDINGS:
            self.findings.append(VerifyFinding(code, where, message, level))
        else:
            self.unlisted[code] += 1

    def stop(self, code: str, where: str, message: str) -> NoReturn:
        """Add a finding after which nothing more can be checked. Raises Stop."""
        self.find(code, where, message)
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
