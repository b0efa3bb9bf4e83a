"""What others do to stories and sections: publish them, find them, make them."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from pennypress.foundation.slugs import cut_slug, make_slug
from pennypress.record.actions import last_kind_about

from .content import find_differences
from .models import HomePage, PaperPage, Person, SectionPage, StoryPage, Version
from .publishing import page_changed, publish_version, record_unpublished

SLUG_LENGTH = 60


def publish_story(story: StoryPage, section: SectionPage, user=None) -> StoryPage:
    """Put a new story under its section, or save a changed one, and publish it.

    Freezes a version in the same transaction. Returns the story as it is live. Raises
    NotPublishable when it lacks what publication needs.
    """
    with transaction.atomic():
        _put_under(section, story)
        story.save_revision(user=user).publish(user=user)
    return StoryPage.objects.get(pk=story.pk)


def save_draft(story: StoryPage, section: SectionPage, user=None) -> StoryPage:
    """Put a new story under its section as a draft, which readers do not see. Returns it."""
    with transaction.atomic():
        _put_under(section, story)
        story.save_revision(user=user, clean=False)
    return StoryPage.objects.get(pk=story.pk)


def _put_under(section: SectionPage, story: StoryPage) -> None:
    if story.pk is None:
        story.slug = story.slug or free_slug(section, story.title)
        story.locale_id = section.locale_id
        story.live = False
        section.add_child(instance=story)


def find_or_make_person(name: str) -> Person:
    """Return the person of this name; make one when there is none. Raises ValidationError."""
    person = Person.objects.filter(name=name).order_by("pk").first()
    if person is not None:
        return person
    base = cut_slug(make_slug(name), SLUG_LENGTH) or "person"
    slug, number = base, 2
    while Person.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    person = Person(slug=slug, name=name)
    person.full_clean()
    person.save()
    return person


def freeze_missing_versions() -> int:
    """Freeze live stories that have no version of their live state; return how many.

    Wagtail may publish outside of our transactions (a workflow's approval); should the process
    die just then, the next start heals it.
    """
    frozen = 0
    # Whatever was published again without a change is looked at again at each start, in vain.
    up_to_date = Version.objects.filter(
        story=OuterRef("pk"), published__gte=OuterRef("last_published_at")
    )
    for story in StoryPage.objects.live().exclude(Exists(up_to_date)):
        frozen += publish_version(story, witnessed=False) is not None
    return frozen


def repair_versions() -> Iterator[str]:
    """Put right, story by story, what readers see otherwise than the record says; say what was.

    Aliases, which stories had once, become pages of their own; a live story whose last version is
    missing, or says something else, gets one that the record calls carried over; one that is live
    before its time is taken down. What cannot be put right is said, and stops nothing else.
    """
    for page in Page.objects.filter(alias_of__isnull=False).specific():
        if isinstance(page, PaperPage):
            yield _end_alias(page)
    for number in StoryPage.objects.order_by("pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                done = _repair_story(StoryPage.objects.get(pk=number))
        except (ValueError, LookupError, TypeError, AttributeError, ObjectDoesNotExist) as error:
            done = f"could not be repaired: {type(error).__name__}: {error}"
        if done:
            yield f"story {number} {done}"


def _end_alias(page: PaperPage) -> str:
    page.alias_of = None
    try:
        page.save()
        done = "it is a page of its own"
    except ValidationError as error:
        page.unpublish()
        done = f"it was taken down, for as a page of its own {' '.join(error.messages)}"
    page.save_revision(clean=False)
    return f"page {page.pk} was an alias: {done}"


def _repair_story(story: StoryPage) -> str:
    """Have the record and the story say the same; return what was done, "" for nothing."""
    was_public = last_kind_about(f"story:{story.pk}") in {"story.published", "story.restored"}
    if not story.live:
        record_unpublished(story)
        return "was taken down, and the record says so now" if was_public else ""
    if not was_public and story.go_live_at and story.go_live_at > timezone.now():
        StoryPage.objects.filter(pk=story.pk).update(live=False)
        page_changed(story)
        return "was live before its time, and is so no longer"
    for byline in story.bylines.select_related("person"):
        if byline.name != byline.person.name:
            byline.name = byline.person.name
            byline.save(update_fields=["name"])
    last = story.versions.order_by("-number").first()
    version = publish_version(story, witnessed=False)
    if version is not None:
        before = f": {', '.join(find_differences(story, last.content))}" if last else ""
        return f"has version {version.number}, carried over{before}"
    return "" if was_public else "is public again, and the record says so now"


def free_slug(parent: Page, title: str) -> str:
    """Return a slug for a title that no sibling has; Unicode letters stay."""
    base = cut_slug(make_slug(title), SLUG_LENGTH) or "story"
    taken = set(parent.get_children().values_list("slug", flat=True))
    if base in settings.RESERVED_SLUGS:
        taken.add(base)
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def home_of(language: str | None = None) -> HomePage | None:
    """Return the home page in a language, or in the site's own when that has none."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return None
    home = HomePage.objects.filter(pk=site.root_page_id).first()
    if home and language and home.locale.language_code != language:
        locale = Locale.objects.filter(language_code=language).first()
        return (locale and home.get_translation_or_none(locale)) or home
    return home


def find_or_make_section(slug: str, title: str) -> SectionPage:
    """Return the section of this slug under the site's home page; make it when it is missing."""
    home = home_of()
    if home is None:
        raise LookupError("there is no site yet: run `pennypress init`")
    section = SectionPage.objects.child_of(home).filter(slug=slug).first()
    if section is None:
        section = home.add_child(instance=SectionPage(title=title, slug=slug, show_in_menus=True))
    return section
