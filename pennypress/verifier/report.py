"""What a check found: every disagreement, by name."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NoReturn

from .notes import SignedCheckpoint

MOST_FINDINGS = 100  # of a kind that are told one by one; all are counted


class Stop(Exception):
    """Nothing more can be checked; the report says why."""


@dataclass(frozen=True)
class VerifyFinding:
    """A disagreement: what kind it is, where, and what disagrees.

    Of the level "restored" is what is no disagreement, but makes this record another than before.
    """

    code: str
    where: str
    message: str
    level: str = "disagreement"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass
class VerifyReport:
    """What a run found. `notes` are no disagreements, but should be known."""

    checkpoint: SignedCheckpoint | None = None
    findings: list[VerifyFinding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    untold: Counter[str] = field(default_factory=Counter)  # code -> findings that are only counted
    entries: int = 0
    tiles: int = 0
    claims: int = 0
    pages: int = 0
    opened: int = 0

    @property
    def ok(self) -> bool:
        return all(finding.level == "restored" for finding in self.findings)

    def find(self, code: str, where: str, message: str, level: str = "disagreement") -> None:
        if sum(finding.code == code for finding in self.findings) < MOST_FINDINGS:
            self.findings.append(VerifyFinding(code, where, message, level))
        else:
            self.untold[code] += 1

    def stop(self, code: str, where: str, message: str) -> NoReturn:
        """Add a finding after which nothing more can be checked."""
        self.find(code, where, message)
        raise Stop

    def compare(self, where: str, what: str, claimed: object, found: object, code: str) -> None:
        """Add a finding unless what is claimed is what the record adds up to."""
        self.claims += 1
        if claimed != found:
            self.find(
                code,
                where,
                f"{what} is said to be {claimed!r}, and the record adds up to {found!r}",
            )
