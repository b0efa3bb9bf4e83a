"""What an arrival found, made, held and skipped, and what it was not sure of."""

from dataclasses import dataclass, field

COUNTED = ("stories", "comments", "sums", "images")


@dataclass
class ArrivalReport:
    """The report of one run. `found` is what the files hold, `made` what is new on the site."""

    kind: str
    arrival: int | None = None
    stories: list[dict[str, object]] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    made: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    held: int = 0
    completed: int = 0  # comments that had arrived cut off, and have the rest of their words now
    skipped: list[dict[str, str]] = field(default_factory=list)
    doubts: list[dict[str, object]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    dry_run: bool = False

    def skip(self, what: str, why: str) -> None:
        """Note something that was left out."""
        self.skipped.append({"what": what, "why": why})

    def refuse(self, what: str, why: str) -> None:
        """Note a file that could not be taken in."""
        self.skip(what, why)
        self.refused.append(f"{why} ({what})")

    def as_json(self) -> dict[str, object]:
        """The report in the shape that `import --json` promises."""
        names = (
            "arrival",
            "kind",
            "stories",
            "found",
            "made",
            "held",
            "completed",
            "skipped",
            "doubts",
            "dry_run",
        )
        return {name: getattr(self, name) for name in names}

    def as_text(self) -> str:
        """The report for a person."""
        lines = ["Nothing was written (dry run)." if self.dry_run else f"Arrival {self.arrival}"]
        for story in self.stories:
            draft = ", a draft" if story.get("draft") else ""
            lines.append(
                f"  {story['url']}  {story['title']}  ({story['comments']} comments{draft})"
            )
        for word in COUNTED:
            if self.found[word]:
                lines.append(f"  {word}: {self.found[word]} found, {self.made[word]} made")
        if self.held:
            lines.append(f"  held for a moderator: {self.held}")
        if self.completed:
            lines.append(f"  comments that had been cut off, now whole: {self.completed}")
        lines += [f"  skipped: {row['what']} ({row['why']})" for row in self.skipped]
        lines += [
            f"  not sure: {row['what']}: {row['why']} ({row['where']})" for row in self.doubts
        ]
        return "\n".join(lines)
