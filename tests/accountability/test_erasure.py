"""Erasing a person, and what parts declare they can erase."""

import json

import pytest

from pennypress.accountability.erasure import erase_person
from pennypress.discussion.actions import post_comment, remove_comment
from pennypress.discussion.models import Comment
from pennypress.readers.actions import welcome_guest
from pennypress.readers.models import Account, Guest
from pennypress.record.models import Entry, Salt
from pennypress.record.registry import (
    AlreadyDeclared,
    Declaration,
    EntryKind,
    declare,
    entry_kinds,
    erasers,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["guest", "account"])
def test_of_an_erased_person_no_word_and_no_name_stays(discussion, publish_at_once, rule, who):
    other = post_comment(discussion, name="Bo", text="I stay.").comment
    guest = welcome_guest("ann@example.org")[0] if who == "guest" else None
    account = Account.objects.create_user("ann@example.org") if who == "account" else None
    mine = [
        post_comment(discussion, name="Ann", text=text, guest=guest, account=account).comment
        for text in ("One of mine.", "Another of mine.")
    ]
    remove_comment(mine[1], rule, None)
    before = Entry.objects.count()

    assert erase_person(guest or account) == 3

    assert not Guest.objects.exists()
    assert not Account.objects.exists()
    for comment in Comment.objects.filter(pk__in=[one.pk for one in mine]):
        assert (comment.state, comment.author, comment.text, comment.html) == (
            Comment.State.WITHDRAWN, None, "", "",
        )  # fmt: skip
        entries = Entry.objects.filter(subject=f"comment:{comment.pk}")
        assert not Salt.objects.filter(entry__in=entries).exists()
    other.refresh_from_db()
    assert (other.author, other.text) == ("Bo", "I stay.")
    added = Entry.objects.filter(index__gte=before)
    assert [entry.kind for entry in added] == ["comment.withdrawn"] * 2
    assert all("Ann" not in json.dumps(bytes(entry.body).decode()) for entry in Entry.objects.all())


def test_each_kind_that_erases_is_a_declared_kind():
    assert set(erasers()) <= set(entry_kinds())
    assert set(erasers()) == {"comment.withdrawn"}


def test_two_parts_cannot_declare_the_same():
    kind = EntryKind("Something was published", "stories", "^story:[0-9]+$")
    with pytest.raises(AlreadyDeclared) as raised:
        declare(Declaration("archive", kinds={"story.published": kind}))
    assert str(raised.value) == "stories and archive both declare kinds ['story.published']"
    assert entry_kinds()["story.published"] is not kind
