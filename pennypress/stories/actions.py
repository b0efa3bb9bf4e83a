"""What others do to stories and sections: publish them, find them, make them."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from pennypress.foundation.text import nfc

from .models import HomePage, SectionPage, StoryPage, Version
from .publishing import publish_version

SLUG_LENGTH = 60


def publish_story(story: StoryPage, section: SectionPage, user=None) -> StoryPage:
    """Put a new story under its section, or save a changed one, and publish it.

    Freezes a version in the same transaction. Returns the story as it is live. Raises
    NotPublishable when it lacks what publication needs.
    """
    with transaction.atomic():
        if story.pk is None:
            story.slug = story.slug or free_slug(section, story.title)
            story.locale_id = section.locale_id
            story.live = False
            section.add_child(instance=story)
        story.save_revision(user=user).publish(user=user)
    return StoryPage.objects.get(pk=story.pk)


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


def free_slug(parent: Page, title: str) -> str:
    """Return a slug for a title that no sibling has; Unicode letters stay."""
    base = slugify(nfc(title), allow_unicode=True) or "story"
    if len(base) > SLUG_LENGTH:
        base = base[: SLUG_LENGTH + 1].rpartition("-")[0] or base[:SLUG_LENGTH]
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
