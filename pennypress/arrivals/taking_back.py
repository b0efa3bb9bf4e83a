"""Taking an arrival back whole, as long as nobody here has built on it."""

from collections.abc import Iterator
from functools import partial

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task
from wagtail.models import Revision

from pennypress.discussion.models import Comment
from pennypress.readers.models import Account
from pennypress.record.actions import append
from pennypress.stories.models import StoryPage

from .models import Arrival, OpenDoubt, Origin
from .pace import Pace


class NotPossible(Exception):
    """An arrival cannot be taken back; the message says why."""


@task()
def carry_out_taking_back(number: int) -> None:
    """Take an arrival back as it was asked for: thousands of stories take longer than a request.

    Where somebody has built on it meanwhile, it stays, and can be asked for again.
    """
    arrival = Arrival.objects.filter(pk=number, taken_back=None).first()
    if arrival is None or arrival.take_back_asked is None:
        return
    try:
        take_back_arrival(arrival, arrival.taken_back_by)
    except NotPossible:
        Arrival.objects.filter(pk=number).update(take_back_asked=None, taken_back_by=None)


def ask_to_take_back(arrival: Arrival, account: Account) -> None:
    """Have an arrival taken back by the queue. Raises NotPossible."""
    if hindrances := what_hinders(arrival):
        raise NotPossible(" ".join(hindrances))
    with transaction.atomic():
        arrival.take_back_asked, arrival.taken_back_by = timezone.now(), account
        arrival.save(update_fields=["take_back_asked", "taken_back_by"])
        transaction.on_commit(partial(carry_out_taking_back.enqueue, arrival.pk))


def stories_of(arrival: Arrival):
    """Return a query for the stories that an arrival made and that are still here."""
    numbers = Origin.objects.filter(arrival=arrival, what=Origin.What.STORY).values("number")
    return StoryPage.objects.filter(pk__in=numbers).order_by("pk")


def what_hinders(arrival: Arrival) -> list[str]:
    """Say, in sentences, why an arrival cannot be taken back; nothing when it can."""
    if arrival.taken_back:
        return [_("It was taken back already.")]
    return list(_hindrances(arrival))


def _hindrances(arrival: Arrival) -> Iterator[str]:
    stories = stories_of(arrival)
    edited = (
        Revision.page_revisions.filter(object_id__in=[str(pk) for pk in _numbers(stories)])
        .values("object_id")
        .annotate(count=Count("*"), by_people=Count("user"))
        .filter(Q(count__gt=1) | Q(by_people__gt=0))
    )
    if count := edited.count():
        yield ngettext(
            "%(count)d story of it was edited or published here.",
            "%(count)d stories of it were edited or published here.",
            count,
        ) % {"count": count}
    arrived = Origin.objects.filter(arrival=arrival, what=Origin.What.COMMENT).values("number")
    said_here = Comment.objects.filter(discussion__in=_numbers(stories)).exclude(pk__in=arrived)
    if count := said_here.count():
        yield ngettext(
            "%(count)d comment was written below its stories since.",
            "%(count)d comments were written below its stories since.",
            count,
        ) % {"count": count}
    elsewhere = Comment.objects.filter(pk__in=arrived).exclude(discussion__in=_numbers(stories))
    if elsewhere.exists():
        yield _("It added comments to stories of an earlier arrival.")


def _numbers(stories) -> list[int]:
    return list(stories.values_list("pk", flat=True))


def take_back_arrival(arrival: Arrival, account: Account | None) -> dict[str, int]:
    """Take an arrival's stories off the site: what was public answers 410, drafts are deleted.

    Their comments go with them. Sums that were carried over stay booked: the ledger forgets
    nothing. Returns how many stories were `unpublished` and `deleted`; goes on where it was
    interrupted. Raises NotPossible.
    """
    if hindrances := what_hinders(arrival):
        raise NotPossible(" ".join(hindrances))
    done = {"unpublished": 0, "deleted": 0}
    pace = Pace()
    for story in stories_of(arrival).iterator(chunk_size=100):
        with pace.turn():
            if story.live:
                story.unpublish(user=account)
                done["unpublished"] += 1
            elif not story.versions.exists():
                story.delete(user=account)
                done["deleted"] += 1
    with transaction.atomic():
        arrival.taken_back, arrival.taken_back_by = timezone.now(), account
        arrival.save(update_fields=["taken_back", "taken_back_by"])
        gone = Origin.What.STORY, Origin.What.COMMENT
        Origin.objects.filter(arrival=arrival, what__in=gone).delete()
        OpenDoubt.objects.filter(arrival=arrival).delete()
        append("arrival.withdrawn", f"arrival:{arrival.pk}", arrival.taken_back, {"taken": done})
    return done
