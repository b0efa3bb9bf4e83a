"""What stories can prove: their versions."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.foundation.times import rfc3339
from pennypress.record.actions import entry_numbers, holds, latest_kinds
from pennypress.record.registry import (
    CARRIED_OVER,
    POSITIVE,
    Declaration,
    EntryKind,
    Opened,
    PublicThing,
)

from .actions import repair_versions
from .content import find_differences
from .models import Byline, StoryPage, Version

STORY = "^story:[0-9]+$"
REPAIR = "`pennypress check --repair` puts it right"


def link_stories(numbers: Collection[int]) -> dict[int, PublicThing]:
    """The stories that can be read, by their headlines."""
    depends_on(*(f"story:{number}" for number in numbers))
    stories = StoryPage.objects.live().public().filter(pk__in=numbers).select_related("locale")
    return {
        story.pk: PublicThing(story.title, story.url, story.locale.language_code)
        for story in stories
        if story.url
    }


def describe(facts: Mapping[str, Any]) -> list[str]:
    if "version" not in facts:
        return []
    words = (
        _("version %(number)s, a minor change")
        if facts.get("change") == Version.Change.MINOR
        else _("version %(number)s")
    )
    return [words % {"number": facts["version"]}]


def claim_versions() -> dict[str, Any]:
    """Return each story that readers can see, with its versions."""
    versions: dict[int, list[dict[str, Any]]] = {}
    for version in Version.objects.order_by("story", "number").defer("content"):
        versions.setdefault(version.story_id, []).append(
            {
                "version": version.number,
                "entry": version.entry,
                "published": rfc3339(version.published),
            }
        )
    stories = StoryPage.objects.live().public().select_related("locale").order_by("pk")
    return {
        "stories": [
            {"number": story.pk, "url": story.url, "versions": versions.get(story.pk, [])}
            for story in stories
            if story.url
        ]
    }


def open_versions(entries: range) -> Iterator[Opened]:
    """Yield the frozen content of versions, while their story is public."""
    versions = Version.objects.filter(entry__gte=entries.start, entry__lt=entries.stop)
    public = set(
        StoryPage.objects.live()
        .public()
        .filter(versions__in=list(versions))
        .values_list("pk", flat=True)
    )
    for version in versions:
        depends_on(f"story:{version.story_id}")
        if version.story_id in public:
            yield version.entry, "content", version.content.encode()


def check_versions() -> Iterator[str]:
    """Yield what is wrong with published versions."""
    yield from _check_pages()
    for version in Version.objects.iterator():
        content = version.content.encode()
        if hashlib.sha256(content).hexdigest() != version.digest or not holds(
            version.entry, "content", content
        ):
            yield f"{version} is not what entry {version.entry} of the record commits to"
    for byline in Byline.objects.filter(story__live=True).exclude(name=F("person__name")):
        yield f"story {byline.story_id} names person {byline.person_id} as before: {REPAIR}"
    kept = set(Version.objects.values_list("entry", flat=True))
    for index in entry_numbers("story.published"):
        if index not in kept:
            yield f"the version that entry {index} of the record commits to is gone"


def _check_pages() -> Iterator[str]:
    """Yield the stories that readers see otherwise than the record says."""
    for page in Page.objects.filter(alias_of__isnull=False):
        yield f"page {page.pk} is an alias of page {page.alias_of_id}: {REPAIR}"
    last_kinds = latest_kinds("story")
    for story in StoryPage.objects.select_related("locale", "lead_picture").iterator():
        is_public = last_kinds.get(story.pk) in {"story.published", "story.restored"}
        if is_public and not story.live:
            yield f"story {story.pk} is not live, but public by the record: {REPAIR}"
        elif story.live:
            yield from _check_live(story, is_public=is_public)


def _check_live(story: StoryPage, *, is_public: bool) -> Iterator[str]:
    last = story.versions.order_by("-number").first()
    if last is None:
        yield f"story {story.pk} is published without a version: {REPAIR}"
        return
    if not is_public:
        yield f"story {story.pk} is live, but by the record it was taken down: {REPAIR}"
    try:
        different = find_differences(story, last.content)
    except (ValueError, LookupError, TypeError, AttributeError, ObjectDoesNotExist) as error:
        yield f"story {story.pk} cannot be compared with {last}: {type(error).__name__}"
        return
    if different:
        yield (
            f"story {story.pk} shows something else than its version {last.number}, in "
            f"{', '.join(different)}: {REPAIR}"
        )


DECLARATION = Declaration(
    part="stories",
    groups={"stories": gettext_lazy("Stories")},
    kinds={
        "story.published": EntryKind(
            gettext_lazy("A version of a story was published"),
            "stories",
            STORY,
            {
                "version": POSITIVE,
                "kind": {"enum": list(StoryPage.Kind.values)},
                "language": {"type": "string"},
            },
            optional=CARRIED_OVER | {"change": {"enum": ["minor"]}},
            commitments=("content",),
        ),
        "story.unpublished": EntryKind(gettext_lazy("A story was taken down"), "stories", STORY),
        "story.restored": EntryKind(
            gettext_lazy("A story that was taken down is public again, unchanged"),
            "stories",
            STORY,
        ),
    },
    links={"story": link_stories},
    describe=describe,
    claims=claim_versions,
    openings=open_versions,
    checks={"versions": check_versions},
    repairs={"versions": repair_versions},
)
