"""Taking in what other systems hold. One parser per format yields items; this writes them.

Everything is written by the verbs that everyone else uses, with a source id for each item, so that
running an import again changes nothing, and one that was interrupted goes on where it was. A page
is read whole before anything of it is written; its story is one transaction, its comments are
several small ones, so that readers can write all the time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from pennypress.captures.containers import is_archive
from pennypress.formats.items import (
    ArrivalRefused,
    CommentItem,
    Doubt,
    Item,
    MeterItem,
    PageItem,
)
from pennypress.formats.items import Picture as PictureItem
from pennypress.foundation.progress import Progress, no_progress
from pennypress.pictures.uploads import CleanFile
from pennypress.record.actions import append
from pennypress.redirects.actions import RedirectRow, add_redirects
from pennypress.stories.models import SectionPage, StoryPage

from .comments import (
    complete_comments,
    count_flagged,
    count_said,
    find_completed,
    find_new,
    keep_waiting,
    write_comments,
    write_waiting_comments,
)
from .funds import read_figures, write_meter
from .models import Arrival, OpenDoubt, Origin, known_number, remember
from .pace import Pace
from .pictures import read_picture, write_picture
from .reading import Source, find_files, read_pages
from .report import ArrivalReport
from .stories import Said, compose_story, find_section, future_address, store_story

__all__ = ["ArrivalReport", "ImportOptions", "receive"]


@dataclass(frozen=True)
class ImportOptions:
    """What the operator asked of an arrival. `kind` is a format or `auto`."""

    kind: str = "auto"
    section: str = "news"
    hold_flagged: bool = False
    publish_doubtful: bool = False
    currency: str | None = None
    encoding: str | None = None
    fetch_pictures: bool = False
    dry_run: bool = False


@dataclass
class _Page:
    """What a file holds of one page; `place` names it to the operator."""

    place: str
    item: PageItem
    meter: MeterItem | None
    pictures: list[PictureItem]
    comments: list[CommentItem]
    doubts: list[Said]


@dataclass
class _Run:
    """An arrival while it is being written. A dry run has no arrival and no section to write to.

    `files` are the names of all files, one a line.
    """

    files: str
    options: ImportOptions
    report: ArrivalReport
    progress: Progress
    begin: Callable[[], object]
    arrival: Arrival | None = None
    section: SectionPage | None = None
    pace: Pace = field(default_factory=Pace)
    done: int = 0
    of: int = 0

    def tell(self, more: int) -> None:
        """Say that stories or comments are done."""
        self.done += more
        self.progress(self.done, max(self.of, self.done))


def receive(
    paths: Sequence[Path],
    options: ImportOptions = ImportOptions(),
    progress: Progress = no_progress,
    begin: Callable[[], object] = lambda: None,
) -> ArrivalReport:
    """Take in files and folders of files; return the report.

    A file that cannot be taken in is skipped, and the report says so; raises ArrivalRefused when
    that is so of all of them. `begin` is called before anything is written. `progress` is told of
    stories and comments; how many come in files that were not read yet is estimated by those that
    were.
    """
    files = list(find_files(paths))
    report = ArrivalReport("capture", dry_run=options.dry_run)
    names = "\n".join(file.name for file in files)
    run = _Run(names, options, report, progress, begin)
    refused: ArrivalRefused | None = None
    known = 0
    for number, file in enumerate(files, 1):
        for page in _read_file(file, options):
            try:
                if isinstance(page, ArrivalRefused):
                    raise page
                known += 1 + len(page.comments)
                run.of = known + known * (len(files) - number) // number
                _write_page(page, run)
            except ArrivalRefused as error:
                refused = refused or error
                report.refuse(error.where, error.why)
    if refused and not report.stories:
        raise refused
    _finish(run)
    return report


def _read_file(file: Source, options: ImportOptions) -> Iterator[_Page | ArrivalRefused]:
    """Yield the pages of a file, and why one, or all of it, cannot be taken in."""
    try:
        for items in read_pages(file, options.kind, options.encoding):
            if isinstance(items, ArrivalRefused):
                yield items
            else:
                yield from _pages(items, file.name, many=is_archive(file.file))
    except ArrivalRefused as error:
        yield error


def _pages(items: Sequence[Item], file: str, *, many: bool) -> list[_Page]:
    """Put the items of each page together. What is doubted of the file is so of each page.

    A file that may hold `many` pages does not say by its name which one is meant.
    """
    found = []
    for page in items:
        if isinstance(page, PageItem):
            own = [item for item in items if getattr(item, "page", None) in {page.source_id, None}]
            place = f"{file}, {page.address}" if many and page.address else file
            found.append(
                _Page(
                    place=place,
                    item=page,
                    meter=next((item for item in own if isinstance(item, MeterItem)), None),
                    pictures=[item for item in own if isinstance(item, PictureItem)],
                    comments=[item for item in own if isinstance(item, CommentItem)],
                    doubts=[
                        Said(item.what, item.why, f"{place}, line {item.line}", item.grave)
                        for item in own
                        if isinstance(item, Doubt)
                    ],
                )
            )
    return found


def _write_page(page: _Page, run: _Run) -> None:
    """Write a page's meter, story and comments, as far as they are not here yet."""
    report, source = run.report, page.item.source_id
    report.found["stories"] += 1
    report.found["sums"] += page.meter is not None
    report.found["images"] += len(page.pictures)
    figures = (
        read_figures(page.meter, run.options.currency, f"{page.place}, line {page.meter.line}")
        if page.meter
        else None
    )
    story_number = known_number(source)
    _doubt_missing(page)
    draft = any(doubt.grave for doubt in page.doubts) and not run.options.publish_doubtful
    new, numbers = find_new(source, page.comments, story_number, report)
    completed = find_completed(page.comments, numbers)
    whole = {item.source_id for item in completed.values()}
    new = [item for item in new if item.source_id not in whole]
    if run.options.dry_run:
        _foretell(page, figures, new, story_number, draft, run)
        return
    if run.section is None:
        run.begin()
        run.section = find_section(run.options.section)
    if story_number is not None:
        story = StoryPage.objects.filter(pk=story_number).first()
        report.skip(page.item.headline, "it is here already" if story else "it was deleted here")
        if story is not None and story.live:
            write_waiting_comments.call(story.pk)  # should the queue have failed
    else:
        files_of = {
            item.source: read
            for item in page.pictures
            if (read := _read_picture(item, run)) is not None
        }
        with run.pace.turn():
            story = _write_story(page, figures, files_of, draft, _arrival(run), run)
    run.tell(1)
    if story is None:
        return
    hold = run.options.hold_flagged
    if completed:
        complete_comments(
            completed, arrival=_arrival(run), hold_flagged=hold, report=report, pace=run.pace
        )
    if new and not story.live:
        keep_waiting(story, new, arrival=_arrival(run), hold_flagged=hold, report=report)
        run.tell(len(new))
    elif new:
        write_comments(
            story,
            new,
            numbers,
            arrival=_arrival(run),
            hold_flagged=hold,
            report=report,
            pace=run.pace,
            tell=run.tell,
        )
    _report_story(page, story.url or story.url_path, story.title, not story.live, run)


def _doubt_missing(page: _Page) -> None:
    """Doubt gravely a page that says it has comments where none was found, unless that was done.

    They may stand in its story.
    """
    claimed = page.item.claimed_comments
    if claimed and not page.comments and not any(doubt.grave for doubt in page.doubts):
        page.doubts.append(Said("comment", f"{claimed} claimed, none found", page.place, True))


def _read_picture(item: PictureItem, run: _Run) -> tuple[str, CleanFile] | None:
    return read_picture(item, run.report, may_fetch=run.options.fetch_pictures)


def _arrival(run: _Run) -> Arrival:
    """Return this arrival's row: that of an interrupted one of the same files, or a new one."""
    if run.arrival is None:
        interrupted = Arrival.objects.filter(finished=None, taken_back=None, files=run.files)
        run.arrival = interrupted.first() or Arrival.objects.create(
            kind=run.report.kind, files=run.files, started=timezone.now()
        )
    return run.arrival


def _write_story(
    page: _Page,
    figures: tuple[str, int | None, int] | None,
    files: dict[str | None, tuple[str, CleanFile]],
    draft: bool,
    arrival: Arrival,
    run: _Run,
) -> StoryPage:
    """Store a page's story with all that belongs to it but its comments."""
    assert run.section is not None
    report = run.report
    campaign = write_meter(figures, arrival, report) if figures else None
    pictures = {
        item.source: write_picture(item, files[item.source], arrival, report)
        for item in page.pictures
        if item.source in files
    }
    lead = next((item for item in page.pictures if item.lead), None)
    story = _store_story(
        compose_story(
            page.item,
            pictures={source: picture for source, picture in pictures.items() if source},
            lead=(lead, pictures.get(lead.source)) if lead else None,
            campaign=campaign,
            doubts=page.doubts,
            report=report,
        ),
        page,
        run.section,
        draft=draft,
    )
    remember(page.item.source_id, Origin.What.STORY, story.pk, arrival)
    OpenDoubt.objects.bulk_create(
        OpenDoubt(
            arrival=arrival,
            page_id=story.pk,
            what=doubt.what,
            why=doubt.why,
            where=doubt.where[:300],
            grave=doubt.grave,
        )
        for doubt in page.doubts
    )
    report.made["stories"] += 1
    if page.item.address:
        _lead_on(page.item.address, story, report)
    return story


def _store_story(story: StoryPage, page: _Page, section: SectionPage, *, draft: bool) -> StoryPage:
    """Store a story. Raises ArrivalRefused where its words are none that a page can have."""
    try:
        return store_story(story, page.item, section, draft=draft)
    except ValidationError as error:
        raise ArrivalRefused(" ".join(error.messages), page.place) from error


def _lead_on(address: str, story: StoryPage, report: ArrivalReport) -> None:
    """Have the address that a page had lead to its story, should this site take over its name."""
    parts = urlsplit(address)
    path = urlunsplit(("", "", parts.path, parts.query, ""))
    if path in {"", "/", story.url}:
        return
    for row, why in add_redirects([RedirectRow(path, story)]).refused:
        report.skip(f"a redirect from {row.source}", why)


def _foretell(
    page: _Page,
    figures: tuple[str, int | None, int] | None,
    new: Sequence[CommentItem],
    story_number: int | None,
    draft: bool,
    run: _Run,
) -> None:
    """Report what would be written of a page."""
    report = run.report
    title = page.item.headline
    if story_number is None:
        report.made["stories"] += 1
        if figures:
            write_meter(figures, None, report)
        report.made["images"] += sum(_read_picture(item, run) is not None for item in page.pictures)
        address = future_address(run.options.section, title)
    else:
        story = StoryPage.objects.filter(pk=story_number).first()
        report.skip(title, "it is here already" if story else "it was deleted here")
        if story is None:
            return
        address, title, draft = story.url or story.url_path, story.title, not story.live
    report.made["comments"] += count_said(new)
    if run.options.hold_flagged:
        report.held += count_flagged(new)
    run.tell(1 + len(new))
    _report_story(page, address, title, draft, run)


def _report_story(page: _Page, address: str, title: str, draft: bool, run: _Run) -> None:
    row: dict[str, object] = {
        "url": address,
        "title": title,
        "source_id": page.item.source_id,
        "comments": count_said(page.comments),
    }
    run.report.stories.append(row | ({"draft": True} if draft else {}))
    run.report.doubts += [
        {"url": address, "what": doubt.what, "why": doubt.why, "where": doubt.where}
        for doubt in page.doubts
    ]


def _finish(run: _Run) -> None:
    """Note that all was written, in the record too; where all was here already, nothing."""
    report = run.report
    if run.options.dry_run:
        return
    arrival = run.arrival
    if arrival is None:
        report.arrival = _earlier_arrival(report)
        return
    report.arrival = arrival.pk
    with transaction.atomic():
        arrival.finished = timezone.now()
        arrival.report = report.as_json()
        arrival.save()
        append("arrival.finished", f"arrival:{arrival.pk}", arrival.finished, {"made": report.made})


def _earlier_arrival(report: ArrivalReport) -> int | None:
    sources = [story["source_id"] for story in report.stories]
    known = Origin.objects.filter(source__in=sources).order_by("-arrival_id").first()
    return known.arrival_id if known else None
