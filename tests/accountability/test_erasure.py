"""Erasing a person, and what parts declare they can erase."""

import json
from unittest.mock import patch

import pytest
from django.conf import settings

from pennypress.accountability.checks import run_checks
from pennypress.accountability.erasure import (
    NothingToErase,
    erasable_things,
    erase_again,
    erase_people,
    erase_person,
    erase_thing,
)
from pennypress.discussion.actions import post_comment, remove_comment
from pennypress.discussion.models import Comment
from pennypress.funding.actions import record_gift
from pennypress.funding.figures import raised_minor
from pennypress.funding.models import GiverName, Transfer
from pennypress.operations.site_folder import SiteFolder
from pennypress.readers.actions import welcome_guest
from pennypress.readers.models import Account, Guest
from pennypress.record.erasures import read_erasures
from pennypress.record.keys import read_key
from pennypress.record.models import Entry, Salt
from pennypress.record.registry import (
    AlreadyDeclared,
    Declaration,
    EntryKind,
    all_erasers,
    declare,
    entry_kinds,
    erasers,
)
from pennypress.record.sealing import seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)


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
    assert set(erasers()) == {"comment.withdrawn", "giver.erased"}
    assert set(all_erasers()) - set(erasers()) == {
        "guest.erased", "account.erased", "comment.erased",
    }  # fmt: skip
    assert erasable_things() == ["comment", "gift"]


@pytest.fixture
def gift(campaign):
    """A gift whose giver is shown, beside another one."""
    record_gift(campaign, 700, "USD", name="Quixwort the Other")
    return record_gift(campaign, 500, "USD", name="Ann Uncommon", reference="IBAN 7")


PLACES = (
    "/funding/", "/campaigns/main/", "/api/v1/funding/entries", "/record/",
    "/record/claims.json", "/record/opened/0.json", "/embed/meter/",
)  # fmt: skip


def read_everything(reader) -> str:
    return "".join(reader.get(place).content.decode() for place in PLACES)


def test_of_an_erased_giver_no_name_stays_and_the_gift_does(gift, campaign, reader):
    seal()
    before, entries = read_everything(reader), Entry.objects.count()
    assert before.count("Ann Uncommon") == 3
    erase_thing("gift", gift.entry)
    seal()
    after = read_everything(reader)
    assert "Ann" not in after
    assert after.count("Quixwort the Other") == 3
    assert not GiverName.objects.filter(transfer=gift).exists()
    assert Transfer.objects.get(pk=gift.pk).amount == 500
    assert raised_minor(campaign) == 1_200
    added = Entry.objects.get(index=entries)
    assert (added.kind, added.subject) == ("giver.erased", f"gift:{gift.entry}")
    assert json.loads(bytes(added.body))["facts"] == {}
    assert not Salt.objects.filter(entry=gift.entry).exists()
    assert {one.name: one.problems for one in run_checks() if one.problems} == {}
    row = reader.get(f"/record/{entries}/").content.decode()
    assert "The name that a giver had shown was erased" in row
    assert 'href="/campaigns/main/"' in row


def test_an_erased_giver_is_invalidated_wherever_he_stood(gift, campaign):
    invalidated = []
    with patch("pennypress.funding.actions.invalidate", lambda *tags: invalidated.extend(tags)):
        erase_thing("gift", gift.entry)
    assert set(invalidated) == {"ledger", f"campaign:{campaign.pk}"}


@pytest.mark.parametrize("what", ["comment", "gift"])
def test_what_is_not_there_or_erased_already_is_said(what, gift, discussion, publish_at_once):
    number = (
        gift.entry if what == "gift" else post_comment(discussion, name="A", text="b").comment.pk
    )
    entries = Entry.objects.count()
    erase_thing(what, number)
    assert Entry.objects.count() == entries + 1
    for other in (number, 10**9, 0):
        with pytest.raises(NothingToErase):
            erase_thing(what, other)
    assert Entry.objects.count() == entries + 1
    with pytest.raises(KeyError):
        erase_thing("story", 1)


def test_everybody_with_an_address_is_erased_and_nobody_else(discussion, publish_at_once):
    for number, email in enumerate(("ann@example.org", "Ann@Example.org", "bo@example.org", "")):
        guest = welcome_guest(email)[0]
        post_comment(discussion, name=f"Guest {number}", text="Words.", guest=guest)
    Account.objects.create_user("ann@example.org")
    assert erase_people("ANN@example.org") == 5
    assert [guest.email for guest in Guest.objects.order_by("pk")] == ["bo@example.org", ""]
    assert not Account.objects.exists()
    names = Comment.objects.exclude(author=None).values_list("author", flat=True)
    assert sorted(names) == ["Guest 2", "Guest 3"]
    for email in ("ann@example.org", "", "  "):
        with pytest.raises(NothingToErase):
            erase_people(email)


def read_list() -> str:
    return settings.SITE_FOLDER.erasures.read_text()


def test_an_erased_guest_who_comes_back_with_a_backup_is_erased_again(discussion, publish_at_once):
    guest, account = welcome_guest("ann@example.org")[0], Account.objects.create_user("a@b.example")
    rows = guest.pk, guest.since, account.pk, account.date_joined
    seal()
    erase_person(guest)
    erase_person(account)
    listed = read_list()
    assert "ann" not in listed
    assert "@" not in listed
    origin = read_key().name
    assert erase_again(origin, listed) == 0
    # Others of the same numbers are not they.
    other = Guest.objects.create(pk=rows[0], key_hash="other")
    assert erase_again(origin, listed) == 0
    Guest.objects.filter(pk=other.pk).update(since=rows[1], email="ann@example.org")
    Account.objects.create_user("a@b.example", pk=rows[2], date_joined=rows[3])
    assert erase_again(origin, listed) == 2
    assert not Guest.objects.exists()
    assert not Account.objects.exists()
    assert read_list() == listed


def test_a_list_that_is_gone_is_whole_again_before_a_guest_is_added(discussion, publish_at_once):
    comment = post_comment(discussion, name="Ann", text="Words.").comment
    seal()
    erase_thing("comment", comment.pk)
    seal()
    settings.SITE_FOLDER.erasures.unlink()
    erase_person(welcome_guest("bo@example.org")[0])
    kinds = [one.kind for one in read_erasures(read_list())]
    assert kinds == ["comment.withdrawn", "guest.erased"]


def test_what_cannot_be_erased_again_is_refused_and_nothing_is(gift):
    origin = (seal() and read_key()).name
    name = f"{origin} 900 giver.erased gift:{gift.entry}\n"
    for line, says in (
        (f"{origin} 901 letter.erased letter:3", "line 2 .* 'letter.erased'"),
        (f"{origin} 901 giver.erased", "line 2 .* cannot be read"),
        (f"{origin} 901 giver.erased gift:Ann", "line 2 .* nothing to erase"),
    ):
        with pytest.raises(ValueError, match=says):
            erase_again(origin, name + line)
        assert GiverName.objects.filter(transfer=gift).exists()
    assert erase_again(origin, name) == 1
    assert not GiverName.objects.filter(transfer=gift).exists()


def test_a_gift_of_another_log_is_another_gift(gift):
    seal()
    listed = f"pennypress/else 900 giver.erased gift:{gift.entry}\n"
    assert erase_again(read_key().name, listed) == 0
    assert erase_again(read_key().name, f"{read_key().name} 9 giver.erased gift:99999\n") == 0
    assert GiverName.objects.filter(transfer=gift).exists()


def test_two_parts_cannot_declare_the_same():
    kind = EntryKind("Something was published", "stories", "^story:[0-9]+$")
    with pytest.raises(AlreadyDeclared) as raised:
        declare(Declaration("archive", kinds={"story.published": kind}))
    assert str(raised.value) == "stories and archive both declare kinds ['story.published']"
    assert entry_kinds()["story.published"] is not kind
