"""Changes outside of stories that readers see in them: a person's name, a picture's credit.

Each live story concerned gets a version marked minor: the first ones in the change's own
transaction, the others by a task. Until its turn comes, a story's page goes on showing what its
last version says.
"""

import time
from functools import partial
from typing import Any

from django.apps import apps
from django.db import transaction
from django_tasks import task

from pennypress.delivery.actions import invalidate
from pennypress.discussion.newsroom import NAMES_TAG
from pennypress.pictures.models import Picture
from pennypress.pictures.shown import counts_where_shown, shows_pictures
from pennypress.record.actions import lock_log

from .publishing import publish_version

Person = Any  # the model: its module imports this one

AT_ONCE = 10  # stories that a change outside of them changes in its own transaction
IN_A_BATCH = 2  # in each transaction of a task: it must not hold the write lock for long
PAUSE_SECONDS = 0.03  # between two of them


def person_changed(person: Person) -> None:
    """Bring a person's name into the stories that name them: each live one gets a minor version."""
    with transaction.atomic():
        lock_log()
        person.bylines.filter(story__live=False).exclude(name=person.name).update(name=person.name)
        if carry_name(person, AT_ONCE):
            transaction.on_commit(partial(carry_names.enqueue, person.pk))
        invalidate(f"person:{person.pk}", NAMES_TAG)


def carry_name(person: Person, most: int) -> bool:
    """Change a person's name in at most so many live stories; say whether others are left."""
    stale = person.bylines.filter(story__live=True).exclude(name=person.name).order_by("pk")
    found = list(stale.select_related("story__locale", "story__lead_picture")[: most + 1])
    for byline in found[:most]:
        byline.name = person.name
        byline.save(update_fields=["name"])
        publish_version(byline.story, change="minor")
    return len(found) > most


@shows_pictures
def picture_changed(picture: Picture, *, witnessed: bool = True) -> None:
    """Bring what a picture says of itself into the stories that show it, as `person_changed` does.

    A version that is not `witnessed` is called carried over by the record.
    """
    with transaction.atomic():
        lock_log()
        if show_picture(picture, 0, AT_ONCE, witnessed=witnessed) is not None:
            transaction.on_commit(partial(show_pictures.enqueue, picture.pk, witnessed))
        invalidate(f"picture:{picture.pk}")


def show_picture(picture: Picture, after: int, most: int, *, witnessed: bool) -> int | None:
    """Look at so many of the live stories that show a picture, from number `after` on.

    Those that differ from their version get another one. Returns the number of the last one looked
    at, None when that was the last of all.
    """
    stories = apps.get_model("stories", "StoryPage").objects
    shown = stories.live().filter(pk__gt=after, versions__pictures__picture=picture)
    found = list(shown.distinct().order_by("pk")[: most + 1])
    for story in found[:most]:
        publish_version(story, change="minor" if witnessed else "", witnessed=witnessed)
    return found[most - 1].pk if len(found) > most else None


@counts_where_shown
def count_stories_with(picture: Picture) -> int:
    """Return how many stories that are public show this picture, in any of their versions."""
    shown = picture.shown_in.filter(version__story__live=True)
    return shown.values("version__story").distinct().count()


@task()
def show_pictures(picture_id: int, witnessed: bool) -> None:
    """Look at all live stories that show a picture, a few at a time: others write in between."""
    after: int | None = 0
    while after is not None:
        with transaction.atomic():
            lock_log()
            picture = Picture.objects.filter(pk=picture_id).first()
            after = picture and show_picture(picture, after, IN_A_BATCH, witnessed=witnessed)
        time.sleep(PAUSE_SECONDS)


@task()
def carry_names(person_id: int) -> None:
    """Change a person's name in all live stories, a few at a time: others write in between."""
    left = True
    while left:
        with transaction.atomic():
            lock_log()
            person = apps.get_model("stories", "Person").objects.filter(pk=person_id).first()
            left = person is not None and carry_name(person, IN_A_BATCH)
            if person is not None:
                invalidate(f"person:{person.pk}")
        time.sleep(PAUSE_SECONDS)
