"""What editors do about an arrival: look at what was doubted, and publish what waited for it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from pennypress.readers.models import Account
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage

from .models import OpenDoubt


def settle_doubts(doubts: Iterable[OpenDoubt], account: Account) -> int:
    """Note that somebody has looked at some doubts; return how many were open until then."""
    numbers = [doubt.pk for doubt in doubts]
    return OpenDoubt.objects.filter(pk__in=numbers, settled=None).update(
        settled=timezone.now(), settled_by=account
    )


def publish_arrived(story: StoryPage, account: Account) -> StoryPage:
    """Publish a story that arrived as a draft, as its last revision has it.

    All that was doubted of it is settled. Raises NotPublishable when it lacks something.
    """
    with transaction.atomic():
        draft = story.get_latest_revision_as_object()
        published = publish_story(draft, story.section, user=account)
        settle_doubts(OpenDoubt.objects.filter(page_id=story.pk), account)
    return published
