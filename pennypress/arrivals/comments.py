"""Writing the comments of arriving pages: in small batches, so that readers can write between."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from pennypress.discussion.actions import (
    Carried,
    carry_over_comments,
    complete_comment,
    open_discussion,
    prepare_comment,
)
from pennypress.discussion.models import Comment
from pennypress.discussion.word_list import find_flagged, read_word_list
from pennypress.formats.items import CommentItem, Markup
from pennypress.foundation.hygiene import take_as_is
from pennypress.stories.models import StoryPage

from .models import Arrival, Origin, WaitingComments, remember
from .pace import Pace
from .report import ArrivalReport

ALSO = "also"  # other source ids of a waiting comment: of captures that had more of it
REMOVED = "[…]"  # what stands in the place of words that the source had removed


def find_new(
    page: str, comments: Sequence[CommentItem], story: int | None, report: ArrivalReport
) -> tuple[list[CommentItem], dict[str, int]]:
    """Return those comments of a page that are not here yet, and the numbers of the others.

    `story` is the page's number, if it is here.
    """
    report.found["comments"] += count_said(comments)
    numbers = dict(
        Origin.objects.filter(what=Origin.What.COMMENT, source__startswith=f"{page}:").values_list(
            "source", "number"
        )
    )
    waiting = WaitingComments.objects.filter(page=story).first() if story else None
    known = set(numbers)
    for item in waiting.items if waiting else ():
        known |= {item["source_id"], *item.get(ALSO, ())}
    new = [comment for comment in comments if comment.source_id not in known]
    if len(new) < len(comments):
        report.skip(f"{len(comments) - len(new)} comments", "they are here already")
    return new, numbers


def find_completed(
    comments: Sequence[CommentItem], numbers: dict[str, int]
) -> dict[int, CommentItem]:
    """Return, by number, what has more words now of the comments that were cut off when they came.

    Such a one has the same id in its source, or the same author, the same parent and words that go
    on where the stored ones break off.
    """
    cut = {
        comment.pk: comment
        for comment in Comment.objects.filter(pk__in=set(numbers.values()), cut_off=True)
    }
    found: dict[int, CommentItem] = {}
    for item in comments if cut else ():
        number = numbers.get(item.source_id)
        if number is None:
            above = numbers.get(item.parent or "")
            number = next(
                (pk for pk, comment in cut.items() if _goes_on(comment, item, above)), None
            )
        if number in cut and _has_more(item, cut[number].text):
            found[number] = item
            numbers[item.source_id] = number
    return found


def _has_more(item: CommentItem, before: str) -> bool:
    words = take_as_is(item.text)
    return words != before and (not item.cut_off or len(_stem(words)) > len(_stem(before)))


def _goes_on(comment: Comment, item: CommentItem, parent: int | None) -> bool:
    return (
        (comment.author or "") == take_as_is(item.author or "", multiline=False)
        and comment.parent_id == parent
        and take_as_is(item.text).startswith(_stem(comment.text))
    )


def _stem(text: str) -> str:
    """The words before the mark that they go on."""
    return text.rstrip().rstrip(".…").rstrip()


def complete_comments(
    found: dict[int, CommentItem],
    *,
    arrival: Arrival,
    hold_flagged: bool,
    report: ArrivalReport,
    pace: Pace,
) -> None:
    """Give comments that arrived cut off the rest of their words.

    One that the word list marks stays as it is: what readers see already cannot wait.
    """
    words = read_word_list() if hold_flagged else None
    for number, item in found.items():
        if flagged := find_flagged(words, item.text):
            report.skip("the rest of a comment", f"the word list marks “{flagged}”")
            continue
        whole = prepare_comment(_carry(item, ""))
        with pace.turn(1):
            report.completed += complete_comment(number, whole)
            Origin.objects.get_or_create(
                source=item.source_id,
                defaults={"what": Origin.What.COMMENT, "number": number, "arrival": arrival},
            )


def write_comments(
    story: StoryPage,
    new: Sequence[CommentItem],
    numbers: dict[str, int],
    *,
    arrival: Arrival,
    hold_flagged: bool,
    report: ArrivalReport,
    pace: Pace,
    tell: Callable[[int], object],
) -> None:
    """Carry comments over, each after the one it answers. `tell` is told of each batch's number.

    `numbers` are those of the page's comments that are here already.
    """
    if not new:
        return
    words = read_word_list() if hold_flagged else None
    discussion = open_discussion(story)
    waiting = _prepared(new, words)
    gone = {item.source_id for item in new if item.removed}
    while batch := list(islice(waiting, pace.size)):
        with pace.turn(len(batch)):
            made = carry_over_comments(discussion, [_with_parent(item, numbers) for item in batch])
            Origin.objects.bulk_create(
                Origin(source=source, what=Origin.What.COMMENT, number=number, arrival=arrival)
                for source, number in made.items()
            )
        numbers |= made
        report.made["comments"] += len(batch) - sum(item.source in gone for item in batch)
        report.held += sum(bool(item.hold) for item in batch)
        tell(len(batch))


def keep_waiting(
    story: StoryPage,
    new: Sequence[CommentItem],
    *,
    arrival: Arrival,
    hold_flagged: bool,
    report: ArrivalReport,
) -> None:
    """Keep the comments of a draft until it is published."""
    with transaction.atomic():
        waiting, _made = WaitingComments.objects.select_for_update().get_or_create(
            page_id=story.pk,
            defaults={"arrival": arrival, "items": [], "hold_flagged": hold_flagged},
        )
        cut = [item for item in waiting.items if item["cut_off"]]
        same: dict[str | None, str] = {}  # the id under which a comment waits, by its newer one
        for item in new:
            item = replace(item, parent=same.get(item.parent, item.parent))
            before = next((each for each in cut if _continues(each, item)), None)
            if before is None:
                waiting.items.append(json.loads(json.dumps(asdict(item), default=str)))
                report.made["comments"] += not item.removed
                continue
            before |= {"text": item.text, "markup": item.markup, "cut_off": item.cut_off}
            before[ALSO] = [*before.get(ALSO, ()), item.source_id]
            same[item.source_id] = before["source_id"]
            report.completed += 1
        waiting.save(update_fields=["items"])


def _continues(before: dict[str, Any], item: CommentItem) -> bool:
    """Say whether a comment is a waiting one that had been cut off, with more of its words."""
    return (
        before["cut_off"]
        and (before["author"], before["parent"]) == (item.author, item.parent)
        and item.text.startswith(_stem(before["text"]))
        and _has_more(item, before["text"])
    )


@task()
def write_waiting_comments(page_id: int) -> int:
    """Write the comments of a story that arrived as a draft and is published now."""
    waiting = WaitingComments.objects.filter(page=page_id).select_related("arrival").first()
    story = StoryPage.objects.filter(pk=page_id, live=True).first()
    if waiting is None or story is None:
        return 0
    items = [_read_item(item) for item in waiting.items]
    report = ArrivalReport(waiting.arrival.kind)
    new, numbers = find_new(items[0].page, items, None, report) if items else ([], {})
    write_comments(
        story,
        new,
        numbers,
        arrival=waiting.arrival,
        hold_flagged=waiting.hold_flagged,
        report=report,
        pace=Pace(),
        tell=lambda count: None,
    )
    for item in waiting.items:
        for source in item.get(ALSO, ()):
            remember(source, Origin.What.COMMENT, numbers[item["source_id"]], waiting.arrival)
    waiting.delete()
    return len(new)


def _read_item(item: dict[str, Any]) -> CommentItem:
    posted = datetime.fromisoformat(item["posted"]) if item["posted"] else None
    own = {name: value for name, value in item.items() if name != ALSO}
    return CommentItem(**own | {"posted": posted, "markup": Markup(item["markup"])})


def count_flagged(new: Iterable[CommentItem]) -> int:
    """Return how many comments the word list marks."""
    words = read_word_list()
    return sum(bool(find_flagged(words, item.text, item.author)) for item in new)


def count_said(comments: Iterable[CommentItem]) -> int:
    """Return how many comments have words: marks of removed ones do not count."""
    return sum(not comment.removed for comment in comments)


def _prepared(new: Iterable[CommentItem], words) -> Iterator[Carried]:
    """Render comments one by one, while nobody waits."""
    for item in new:
        flagged = find_flagged(words, item.text, item.author)
        yield prepare_comment(_carry(item, f"The word list marks “{flagged}”." if flagged else ""))


def _carry(item: CommentItem, hold: str) -> Carried:
    # A date that is still to come would stand first for ever.
    posted = item.posted if item.posted and item.posted <= timezone.now() else None
    return Carried(
        source=item.source_id,
        parent=item.parent,
        author=item.author,
        text=item.text or REMOVED,
        posted=posted,
        position=item.position,
        cut_off=item.cut_off,
        hold=hold,
        markup=item.markup.value,
    )


def _with_parent(item: Carried, numbers: dict[str, int]) -> Carried:
    """The comment with its parent's number, if that one is stored already."""
    if item.parent is None or item.parent not in numbers:
        return item
    return replace(item, parent=numbers[str(item.parent)])
