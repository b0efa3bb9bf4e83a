"""Where what Wagtail does to pages meets our verbs."""

from functools import partial

from django.db import transaction

from .comments import write_waiting_comments
from .models import WaitingComments


def story_published(sender, instance, **kwargs) -> None:
    """A draft that arrived is published, from wherever: its comments follow."""
    if instance.live and WaitingComments.objects.filter(page=instance.pk).exists():
        transaction.on_commit(partial(write_waiting_comments.enqueue, instance.pk))
