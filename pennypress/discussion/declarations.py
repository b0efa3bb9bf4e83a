"""What the discussion can prove, and erase: comments, decisions about them, house rules."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import CharField, Count, Exists, F, Max, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.language import count
from pennypress.foundation.times import day
from pennypress.readers.models import Account, Guest
from pennypress.record.actions import entries_about, holds
from pennypress.record.models import Entry
from pennypress.record.registry import (
    CARRIED_OVER,
    DAY,
    POSITIVE,
    Declaration,
    EntryKind,
    Eraser,
    Opened,
    PublicThing,
    Schema,
    entries_of_kind,
    first_about,
    known_by_name,
)
from pennypress.site.frame import Frame

from .actions import (
    ENTRY_WORDS,
    NotPossible,
    committed_words,
    name_erasure,
    withdraw_comment,
)
from .actions.recording import ERASED
from .models import Comment, Decision, Discussion, Rule, UnseenDay
from .rendering import repair_renderings
from .rules import committed_rule

DISCUSSION, COMMENT, RULE = "^discussion:[0-9]+$", "^comment:[0-9]+$", "^rule:[0-9]+$"

# A policy or a word list holds what nobody saw: earlier versions made entries of that, too.
_BY: Schema = {"enum": ["policy", "word list", "moderator"]}
_DECIDED: dict[str, Schema] = {
    "by": {"const": Decision.Role.MODERATOR.value},
    "rule": {"type": "null"},
    "discussion": POSITIVE,
}


def link_pages(numbers: Collection[int]) -> dict[int, PublicThing]:
    """The pages under discussion that can be read, by their titles."""
    depends_on(*(f"story:{number}" for number in numbers))
    pages = Page.objects.live().public().filter(pk__in=numbers).select_related("locale")
    return {
        page.pk: PublicThing(page.title, page.url, page.locale.language_code)
        for page in pages
        if page.url
    }


def link_comments(numbers: Collection[int]) -> dict[int, PublicThing]:
    """Comments by the title of their page: where they stand, or where they stood, in it.

    What was never seen is nowhere.
    """
    comments = list(
        Comment.objects.filter(pk__in=numbers).only("discussion", "shown", "state").order_by()
    )
    depends_on(*(f"discussion:{comment.discussion_id}" for comment in comments))
    pages = link_pages({comment.discussion_id for comment in comments})
    found = {}
    for comment in comments:
        page = pages.get(comment.discussion_id)
        if page and comment.shown:
            place = f"{comment.pk}/" if comment.visible else ""
            found[comment.pk] = replace(page, url=f"{page.url}discussion/{place}")
    return found


def link_rules(numbers: Collection[int]) -> dict[int, PublicThing]:
    """House rules by number and title; by the number alone where there is no such rule now."""
    depends_on("rules")
    titles = dict(Rule.objects.filter(number__in=numbers).values_list("number", "title"))
    page = Frame(get_language() or "en").house.get("rules")
    found = {}
    for number in numbers:
        name = _("rule %(number)s") % {"number": number}
        if number in titles:
            url = f"{page.url}#rule-{number}" if page else ""
            found[number] = PublicThing(f"{name}: {titles[number]}", url)
        else:
            found[number] = PublicThing(name, "")
    return found


def mentions(facts: Mapping[str, Any]) -> list[str]:
    """The house rule of a decision."""
    return [f"rule:{facts['rule']}"] if facts.get("rule") else []


def describe(facts: Mapping[str, Any]) -> list[str]:
    """How many comments nobody saw, and on which day that was."""
    if not {"day", "count"} <= facts.keys():
        return []
    number = ngettext("%(shown)s comment", "%(shown)s comments", facts["count"])
    return [number % {"shown": count(facts["count"])}, day(dt.date.fromisoformat(facts["day"]))]


def claim_discussions() -> dict[str, Any]:
    """Return how many comments each discussion shows, and how often what was decided.

    Decisions on what no reader saw are not among them.
    """
    visible = Discussion.objects.order_by("pk").values_list("pk", "count")
    decisions = (
        Decision.objects.exclude(entry=None)
        .order_by("act", "rule__number")
        .values_list("act", "rule__number")
        .annotate(number=Count("*"))
    )
    return {
        "discussions": [{"page": page, "url": None, "visible": number} for page, number in visible],
        "decisions": [
            {"act": ENTRY_WORDS[act], "rule": rule, "count": number}
            for act, rule, number in decisions
        ],
    }


def open_words(entries: range) -> Iterator[Opened]:
    """Yield visible comments' words, and house rules as they are now."""
    said = entries_of_kind("comment.posted", entries)
    said |= entries_of_kind("comment.completed", entries)
    # A comment says what the last of these says.
    last = (
        Entry.objects.filter(
            kind="comment.completed", subject__in=[f"comment:{number}" for number in said]
        )
        .values_list("subject")
        .annotate(last=Max("index"))
    )
    for subject, index in last:
        number = int(subject.partition(":")[2])
        if said[number] < index:
            del said[number]
    comments = list(Comment.objects.filter(pk__in=list(said)))
    pages = {comment.discussion_id for comment in comments}
    public = set(Page.objects.live().public().filter(pk__in=pages).values_list("pk", flat=True))
    depends_on(*(f"{kind}:{page}" for page in pages for kind in ("discussion", "story")))
    for comment in comments:
        if comment.visible and comment.discussion_id in public:
            yield said[comment.pk], "words", committed_words(comment)
    yield from _open_rules(entries)


def _open_rules(entries: range) -> Iterator[Opened]:
    """Of a house rule only the present words are known."""
    depends_on("rules")
    for rule in Rule.objects.all():
        found = entries_about(f"rule:{rule.number}")
        if found and found[-1] in entries and holds(found[-1], "text", committed_rule(rule)):
            yield found[-1], "text", committed_rule(rule)


def check_discussions() -> Iterator[str]:
    """Yield what is wrong with counts and with the tree."""
    for discussion in Discussion.objects.annotate(
        found=Count("comments", filter=Q(comments__state="visible"))
    ).exclude(count=F("found")):
        numbers = f"counts {discussion.count}, {discussion.found} are visible"
        yield f"discussion {discussion.pk} {numbers}"
    for comment in Comment.objects.annotate(
        found=Count("replies", filter=Q(replies__shown=True))
    ).exclude(replies_shown=F("found")):
        numbers = f"counts {comment.replies_shown} replies, {comment.found} are shown"
        yield f"comment {comment.pk} {numbers}"
    for reply in Comment.objects.filter(parent__isnull=False).select_related("parent").iterator():
        if reply.parent and not reply.path.startswith(reply.parent.path):
            yield f"comment {reply.pk} does not lie under its parent {reply.parent_id}"
    yield from _check_entries()


def _check_entries() -> Iterator[str]:
    """Yield what was shown, decided or counted, and is not in the record."""
    subject = Concat(Value("comment:"), Cast(OuterRef("pk"), CharField()))
    recorded = Exists(Entry.objects.filter(subject=subject))
    shown = Comment.objects.filter(~recorded, first_visible__isnull=False)
    for number in shown.order_by("pk").values_list("pk", flat=True):
        yield f"comment {number} was shown, and the record has no entry of it"
    acts = Decision.Act.PUBLISH, Decision.Act.RESTORE
    for decision in Decision.objects.filter(act__in=acts, entry=None):
        yield f"comment {decision.comment_id} was made visible, and no entry says so"
    counted = dict(Entry.objects.filter(kind="spam.counted").values_list("index", "body"))
    for row in UnseenDay.objects.exclude(entry=None):
        says = f'"facts":{{"count":{row.count},"day":"{row.day}"}}'
        if says not in bytes(counted.pop(row.entry or -1, b"")).decode(errors="replace"):
            yield f"entry {row.entry} does not say that nobody saw {row.count} of {row.day}"
    for index in sorted(counted):
        yield f"entry {index} counts unseen comments of which nothing is known"


def erase_comment(number: int) -> bool:
    """Take back a comment, a removed one too; say whether there was anything to do.

    Within a transaction the caller has named it in the list of erasures.
    """
    comment = Comment.objects.filter(pk=number).first()
    if comment is None:
        return False
    with suppress(NotPossible):  # it is withdrawn already
        withdraw_comment(comment, even_removed=True)
        return True
    return False


def erase_person(person: Account | Guest) -> int:
    """Take back all comments of a person, removed ones too; return how many there were."""
    return sum(erase_comment(number) for number in person.comments.values_list("pk", flat=True))


def erase_again(name: str) -> bool:
    """Take back a comment that came back with a backup; say whether there was one.

    `name` is its number, and the moment when it came if the list says it.
    """
    number, _dot, moment = name.partition(".")
    comment = Comment.objects.filter(pk=int(number)).first()
    if comment is None or (moment and name_erasure(comment)[1] != f"comment:{name}"):
        return False
    with transaction.atomic():  # the list names it already
        return erase_comment(comment.pk)


def name_erasures(person: Account | Guest) -> list[tuple[str, str]]:
    """Name those comments of a person whose words are still there."""
    gone = Comment.State.WITHDRAWN, Comment.State.ERASED
    return [name_erasure(comment) for comment in person.comments.exclude(state__in=gone)]


DECLARATION = Declaration(
    part="discussion",
    groups={"comments": gettext_lazy("Comments")},
    kinds={
        "discussion.opened": EntryKind(
            gettext_lazy("A discussion was opened again"), "comments", DISCUSSION
        ),
        "discussion.closed": EntryKind(
            gettext_lazy("A discussion was closed"), "comments", DISCUSSION
        ),
        "comment.posted": EntryKind(
            gettext_lazy("A comment became visible"),
            "comments",
            COMMENT,
            {"discussion": POSITIVE, "parent": {"type": ["integer", "null"]}},
            optional=CARRIED_OVER,
            commitments=("words",),
        ),
        "comment.completed": EntryKind(
            gettext_lazy("The rest of a comment that had arrived cut off was found"),
            "comments",
            COMMENT,
            {"discussion": POSITIVE},
            commitments=("words",),
        ),
        "comment.held": EntryKind(
            gettext_lazy("A comment was held for a moderator"),
            "comments",
            COMMENT,
            {"by": _BY, "discussion": POSITIVE},
            optional={"rule": {"type": "null"}},
        ),
        "comment.published": EntryKind(
            gettext_lazy("A moderator made a comment visible"), "comments", COMMENT, _DECIDED
        ),
        "comment.removed": EntryKind(
            gettext_lazy("A moderator removed a comment under a house rule"),
            "comments",
            COMMENT,
            _DECIDED | {"rule": POSITIVE},
            optional=CARRIED_OVER,
        ),
        "comment.restored": EntryKind(
            gettext_lazy("A moderator brought a removed comment back"),
            "comments",
            COMMENT,
            _DECIDED,
        ),
        "comment.withdrawn": EntryKind(
            gettext_lazy("An author took a comment back"), "comments", COMMENT
        ),
        "spam.counted": EntryKind(
            gettext_lazy("Comments of a day that were refused, removed or withdrawn unseen"),
            "comments",
            "^discussion$",
            {"day": {"type": "string", "pattern": DAY}, "count": POSITIVE},
        ),
        "policy.changed": EntryKind(
            gettext_lazy("A house rule was made, changed or removed"),
            "comments",
            RULE,
            {"change": {"enum": ["made", "changed", "removed"]}},
            optional=CARRIED_OVER,
            commitments=("text",),
        ),
    },
    links={"discussion": link_pages, "comment": link_comments, "rule": link_rules},
    mentions=mentions,
    describe=describe,
    claims=claim_discussions,
    openings=open_words,
    checks={"discussions": check_discussions},
    repairs={"renderings": repair_renderings},
    erasable={"comment": erase_comment},
    erasers={
        "comment.withdrawn": Eraser(erase_again, first_about("comment")),
    },
    unrecorded_erasers={ERASED: Eraser(erase_again, known_by_name)},
    erase_person=erase_person,
    unrecorded_erasures=name_erasures,
)
