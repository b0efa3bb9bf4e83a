"""Taking in what other systems hold. One reader per format yields items; this writes them.

Everything is written by the verbs that everyone else uses, with a source id for each item, so
that running an import again changes nothing.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from pennypress.captures.text.capture import (
    SIZE_LIMIT,
    decode_capture,
    looks_like_capture,
    name_other_format,
    read_capture,
)
from pennypress.discussion.actions import Carried, carry_over_comments, open_discussion
from pennypress.discussion.word_list import find_flagged, read_word_list
from pennypress.formats.items import (
    ArrivalRefused,
    CommentItem,
    Doubt,
    Item,
    MeterItem,
    PageItem,
    Picture,
)
from pennypress.foundation.hygiene import take_as_is
from pennypress.foundation.progress import Progress, no_progress
from pennypress.funding.actions import carry_over, main_campaign, save_campaign
from pennypress.funding.models import Campaign, FundSettings, Transfer
from pennypress.funding.money import BadAmount, format_money, to_minor
from pennypress.record.actions import append
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.models import SectionPage, StoryPage

from .currencies import currency_of
from .files import find_files
from .models import Arrival, Origin

CHUNK = 1_000  # comments in one bulk call
HEADLINE_LENGTH = 255
APPEAL_LENGTH = 300
_COUNTED = ("stories", "comments", "sums", "images")


@dataclass
class ArrivalReport:
    """What an arrival found, made, held and skipped, and what it was not sure of."""

    kind: str
    arrival: int | None = None
    stories: list[dict[str, object]] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0))
    made: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_COUNTED, 0))
    held: int = 0
    skipped: list[dict[str, str]] = field(default_factory=list)
    doubts: list[dict[str, object]] = field(default_factory=list)
    dry_run: bool = False

    def skip(self, what: str, why: str) -> None:
        self.skipped.append({"what": what, "why": why})

    def as_json(self) -> dict[str, object]:
        """The report in the shape that `import --json` promises."""
        names = (
            "arrival",
            "kind",
            "stories",
            "found",
            "made",
            "held",
            "skipped",
            "doubts",
            "dry_run",
        )
        return {name: getattr(self, name) for name in names}

    def as_text(self) -> str:
        """The report for a person."""
        lines = ["Nothing was written (dry run)." if self.dry_run else f"Arrival {self.arrival}"]
        for story in self.stories:
            lines.append(f"  {story['url']}  {story['title']}  ({story['comments']} comments)")
        for word in _COUNTED:
            if self.found[word]:
                lines.append(f"  {word}: {self.found[word]} found, {self.made[word]} made")
        if self.held:
            lines.append(f"  held for a moderator: {self.held}")
        lines += [f"  skipped: {row['what']} ({row['why']})" for row in self.skipped]
        lines += [
            f"  not sure: {row['what']}: {row['why']} (line {row['line']})" for row in self.doubts
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class ImportOptions:
    """What the operator asked of an arrival."""

    section: str
    hold_flagged: bool
    currency: str | None


def receive(
    paths: Sequence[Path],
    *,
    kind: str = "auto",
    hold_flagged: bool = False,
    section: str = "news",
    currency: str | None = None,
    progress: Progress = no_progress,
) -> ArrivalReport:
    """Take in files and folders of files, all of them or (Refused) none.

    `kind` is a format or `auto`. Returns the report. Raises Refused naming what is wrong and where.
    For a dry run, call it in a transaction that you roll back. `progress` is told twice as many
    steps as there are files: each is read, and then written.
    """
    files = list(find_files(paths))
    pages = []
    for number, file in enumerate(files, 1):  # all of them, before anything is written
        pages.append(_read(file, kind))
        progress(number, 2 * len(files))
    report = ArrivalReport("capture")
    options = ImportOptions(section, hold_flagged, currency)
    with transaction.atomic():
        arrival = Arrival.objects.create(
            kind=report.kind, files="\n".join(f.name for f in files), started=timezone.now()
        )
        for number, items in enumerate(pages, len(files) + 1):
            _write(items, arrival, options, report)
            progress(number, 2 * len(files))
        if not any(report.made.values()):
            report.arrival = _earlier_arrival(report)
            transaction.set_rollback(True)  # all of it was here: a second run leaves no trace
            return report
        report.arrival = arrival.pk
        arrival.finished = timezone.now()
        arrival.report = report.as_json()
        arrival.save()
        append("arrival.finished", f"arrival:{arrival.pk}", arrival.finished, {"made": report.made})
    return report


def _earlier_arrival(report: ArrivalReport) -> int | None:
    sources = [story["source_id"] for story in report.stories]
    known = Origin.objects.filter(source__in=sources).order_by("-arrival_id").first()
    return known.arrival_id if known else None


def _read(file: Path, kind: str) -> list[Item]:
    """Read a whole file into items, so that nothing is written before all of it was understood."""
    if kind not in {"auto", "capture"}:
        raise ArrivalRefused(f"files of the kind {kind} cannot be read yet", str(file))
    try:
        size = file.stat().st_size
        if size > SIZE_LIMIT:
            raise ArrivalRefused(
                f"{size / 2**20:.0f} MB are too much: a capture has at most "
                f"{SIZE_LIMIT // 2**20} MB",
                str(file),
            )
        data = file.read_bytes()
    except OSError as error:
        raise ArrivalRefused(f"it cannot be read: {error.strerror}", str(file)) from error
    doubts: list[Doubt] = []
    text = decode_capture(data, file.name, doubts=doubts)
    if kind == "auto" and not looks_like_capture(text[:20_000]):
        other = name_other_format(text[:20_000])
        raise ArrivalRefused(
            f"it is {other}, no capture" if other else "it is no capture", file.name
        )
    return [*doubts, *read_capture(StringIO(text), name=file.name)]


def _write(
    items: Iterable[Item], arrival: Arrival, options: ImportOptions, report: ArrivalReport
) -> None:
    """Write one file's items: per page its story, its meter and its discussion."""
    items = list(items)
    for doubt in items:
        if isinstance(doubt, Doubt):
            report.doubts.append({"what": doubt.what, "why": doubt.why, "line": doubt.line})
    for page in items:
        if not isinstance(page, PageItem):
            continue
        own = [item for item in items if getattr(item, "page", None) == page.source_id]
        meter = next((item for item in own if isinstance(item, MeterItem)), None)
        image = next((item for item in own if isinstance(item, Picture)), None)
        comments = [item for item in own if isinstance(item, CommentItem)]
        doubts = [
            item
            for item in items
            if isinstance(item, Doubt) and item.page in {page.source_id, None}
        ]
        campaign = _write_meter(meter, arrival, options, report) if meter else None
        story = _write_story(page, image, campaign, doubts, arrival, options, report)
        if story is not None:
            _write_comments(story, comments, arrival, options, report)
            report.stories.append(
                {
                    "url": story.url,
                    "title": story.title,
                    "source_id": page.source_id,
                    "comments": len(comments),
                }
            )


def _write_story(
    page: PageItem,
    image: Picture | None,
    campaign: Campaign | None,
    doubts: Sequence[Doubt],
    arrival: Arrival,
    options: ImportOptions,
    report: ArrivalReport,
) -> StoryPage | None:
    report.found["stories"] += 1
    report.found["images"] += image is not None
    if known := Origin.objects.filter(source=page.source_id).first():
        story = StoryPage.objects.filter(pk=known.number).first()
        report.skip(page.headline, "it is here already" if story else "it was deleted here")
        return story
    title = take_as_is(page.headline, multiline=False)
    if len(title) > HEADLINE_LENGTH:
        title = title[: HEADLINE_LENGTH - 1].rstrip() + "…"
        report.skip("the end of a headline", f"it has more than {HEADLINE_LENGTH} characters")
    appeal = take_as_is(page.appeal or "")
    if len(appeal) > APPEAL_LENGTH:
        appeal = appeal[: APPEAL_LENGTH - 1].rstrip() + "…"
        report.skip("the end of an appeal", f"it has more than {APPEAL_LENGTH} characters")
    notes = [f"{doubt.what}: {doubt.why} (line {doubt.line})" for doubt in doubts]
    story = publish_story(
        StoryPage(
            title=title,
            body=[
                ("paragraph", f"<p>{html.escape(take_as_is(text))}</p>") for text in page.paragraphs
            ],
            appeal=appeal,
            date_unknown=True,
            carried_over=True,
            picture_missing=image is not None,
            campaign=campaign if campaign != main_campaign() else None,
            arrival_notes="\n".join(notes),
        ),
        _section(options.section),
    )
    _remember(page.source_id, Origin.What.STORY, story.pk, arrival)
    report.made["stories"] += 1
    if image is not None:
        report.skip("the lead picture", "image not in the capture")
    return story


def _section(slug: str) -> SectionPage:
    try:
        return find_or_make_section(slug, slug.replace("-", " ").capitalize())
    except ValidationError as error:
        raise ArrivalRefused(" ".join(error.messages), f"--section {slug}") from error


def _write_meter(
    meter: MeterItem, arrival: Arrival, options: ImportOptions, report: ArrivalReport
) -> Campaign | None:
    """Open the campaign that a page's meter shows, or find it, and carry its sum over once."""
    report.found["sums"] += 1
    where = f"line {meter.line}"
    site = FundSettings.objects.values_list("currency", flat=True).first() or "USD"
    amounts = [*meter.scale, *([meter.raised] if meter.raised else [])]
    currency = currency_of(amounts[0].symbol, site=site, asked=options.currency, where=where)
    try:
        goal = to_minor(meter.scale[-1].number, currency) if meter.scale else None
        raised = (
            to_minor(meter.raised.number, currency) if meter.raised and meter.raised.number else 0
        )
    except BadAmount as error:
        raise ArrivalRefused(str(error), where) from error
    campaign = _find_or_open_campaign(goal, currency, arrival)
    source = f"{_campaign_source(goal, currency)}:raised"
    if known := Origin.objects.filter(source=source).first():
        booked = Transfer.objects.get(pk=known.number)
        if booked.amount != raised:
            report.skip(
                f"a sum of {format_money(raised, currency, 'en')}",
                f"{format_money(booked.amount, currency, 'en')} were carried over before",
            )
    elif raised:
        transfer = carry_over(campaign, raised, currency, source=source)
        _remember(source, Origin.What.SUM, transfer.pk, arrival)
        report.made["sums"] += 1
    return campaign


def _campaign_source(goal: int | None, currency: str) -> str:
    # Every page of a captured site shows the same meter; its goal and currency tell it apart.
    return f"capture:campaign:{currency}:{goal or 'no-goal'}"


def _find_or_open_campaign(goal: int | None, currency: str, arrival: Arrival) -> Campaign:
    source = _campaign_source(goal, currency)
    if known := Origin.objects.filter(source=source).first():
        return Campaign.objects.get(pk=known.number)
    slug, number = "main" if main_campaign() is None else "carried-over", 2
    while Campaign.objects.filter(slug=slug).exists():
        slug, number = f"carried-over-{number}", number + 1
    campaign = save_campaign(Campaign(slug=slug, title="The fund", currency=currency, goal=goal))
    _remember(source, Origin.What.CAMPAIGN, campaign.pk, arrival)
    return campaign


def _write_comments(
    story: StoryPage,
    comments: Sequence[CommentItem],
    arrival: Arrival,
    options: ImportOptions,
    report: ArrivalReport,
) -> None:
    """Carry over the comments that are not here yet, in bulk."""
    report.found["comments"] += len(comments)
    numbers: dict[str, int] = dict(
        Origin.objects.filter(
            what=Origin.What.COMMENT, source__startswith=f"{comments[0].page}:" if comments else "-"
        ).values_list("source", "number")
    )
    new = [comment for comment in comments if comment.source_id not in numbers]
    if len(new) < len(comments):
        report.skip(f"{len(comments) - len(new)} comments", "they are here already")
    words = read_word_list() if options.hold_flagged else None
    for start in range(0, len(new), CHUNK):
        batch = [_carried(item, numbers, words) for item in new[start : start + CHUNK]]
        made = carry_over_comments(open_discussion(story), batch)
        Origin.objects.bulk_create(
            Origin(source=source, what=Origin.What.COMMENT, number=number, arrival=arrival)
            for source, number in made.items()
        )
        numbers |= made
        report.made["comments"] += len(batch)
        report.held += sum(bool(item.hold) for item in batch)


def _carried(item: CommentItem, numbers: dict[str, int], words) -> Carried:
    flagged = find_flagged(words, item.text, item.author)
    return Carried(
        source=item.source_id,
        parent=numbers.get(item.parent, item.parent) if item.parent else None,
        author=item.author,
        text=item.text,
        posted=item.posted,
        position=item.position,
        cut_off=item.cut_off,
        hold=f"The word list marks “{flagged}”." if flagged else "",
    )


def _remember(source: str, what: str, number: int, arrival: Arrival) -> None:
    Origin.objects.create(source=source, what=what, number=number, arrival=arrival)
