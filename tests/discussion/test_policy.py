"""Which new comments wait for a moderator: by policy, by reader, and while either changes."""

import pytest

from pennypress.discussion.actions import post_comment, publish_comment, remove_comment
from pennypress.discussion.actions import posting as posting_module
from pennypress.discussion.models import Comment, DiscussionSettings
from pennypress.readers.actions import new_guest, welcome_guest
from pennypress.readers.models import Account, Guest

pytestmark = pytest.mark.django_db

HELD_UNDER = {
    "publish": set(),
    "hold": {"nobody", "new guest", "stored guest", "guest who waits", "account"},
    "hold-all": {
        "nobody", "new guest", "stored guest", "guest who waits", "account",
        "known guest", "known account", "newsroom",
    },
}  # fmt: skip


def choose_in_admin(site, policy: str) -> None:
    DiscussionSettings.objects.update_or_create(
        site=site.get_site(), defaults={"first_comments": policy}
    )


@pytest.fixture
def readers(discussion, editor, settings) -> dict[str, dict]:
    """Everybody who may post, as the arguments of `post_comment`."""
    settings.FIRST_COMMENTS = ""
    guests = {name: welcome_guest()[0] for name in ("stored", "waits", "known")}
    accounts = [
        Account.objects.create_user(f"{name}@example.org", "a long password")
        for name in ("account", "known")
    ]
    post_comment(discussion, name="W", text="Waits", guest=guests["waits"])
    for known in ({"guest": guests["known"]}, {"account": accounts[1]}):
        publish_comment(post_comment(discussion, name="K", text="Seen", **known).comment, editor)
    return {
        "nobody": {},
        "new guest": {"guest": new_guest()[0]},
        "stored guest": {"guest": guests["stored"]},
        "guest who waits": {"guest": guests["waits"]},
        "known guest": {"guest": guests["known"]},
        "account": {"account": accounts[0]},
        "known account": {"account": accounts[1]},
        "newsroom": {"account": editor},
    }


@pytest.mark.parametrize("chosen_in", ["admin", "environment"])
@pytest.mark.parametrize("policy", HELD_UNDER)
def test_who_waits_under_a_policy(policy, chosen_in, site, discussion, readers, settings):
    if chosen_in == "environment":
        choose_in_admin(site, "publish" if policy != "publish" else "hold-all")
        settings.FIRST_COMMENTS = policy
    else:
        choose_in_admin(site, policy)
    held = {
        name
        for name, reader in readers.items()
        if not post_comment(discussion, name="Ada", text=name, **reader).comment.visible
    }
    assert held == HELD_UNDER[policy]
    stored = dict(Comment.objects.filter(text__in=readers).values_list("text", "state"))
    assert stored == {name: "held" if name in held else "visible" for name in readers}


def test_a_policy_that_nobody_chose_holds_first_comments(discussion, readers):
    assert not DiscussionSettings.objects.exists()
    assert not post_comment(discussion, name="Ada", text="First").comment.visible
    assert post_comment(discussion, name="Ada", text="x", **readers["known guest"]).comment.visible


def test_a_new_guest_is_stored_with_the_comment_and_not_without_it(discussion, settings):
    settings.FIRST_COMMENTS = "publish"
    guest, _key = new_guest()
    with pytest.raises(posting_module.BadText):
        post_comment(discussion, name="Ada", text="x", parent=10**9, guest=guest)
    assert not Guest.objects.exists()
    guest, _key = new_guest()
    comment = post_comment(discussion, name="Ada", text="x", guest=guest).comment
    assert Comment.objects.get(pk=comment.pk).guest == Guest.objects.get()


def test_a_reader_whose_only_visible_comment_was_removed_is_held(discussion, readers, editor, rule):
    guest = readers["known guest"]
    remove_comment(Comment.objects.get(text="Seen", **guest), rule, editor)
    assert not post_comment(discussion, name="Ada", text="Again", **guest).comment.visible


def test_a_policy_that_changes_before_the_lock_is_taken_counts(
    site, discussion, readers, monkeypatch
):
    """The reader was looked up under the old policy; the comment is stored under the new one."""
    choose_in_admin(site, "publish")
    number_comments = posting_module.number_comments

    def change_and_number(count: int) -> range:
        choose_in_admin(site, "hold-all")
        return number_comments(count)

    monkeypatch.setattr(posting_module, "number_comments", change_and_number)
    for reader in (readers["known guest"], readers["newsroom"], {}):
        choose_in_admin(site, "publish")
        assert not post_comment(discussion, name="Ada", text="Late", **reader).comment.visible


def test_the_policy_is_saved_under_the_lock_of_those_who_post(site, newsroom, monkeypatch):
    """So nothing becomes visible under the old policy once the admin has said that it is saved."""
    choose_in_admin(site, "publish")
    found_when_locked = []
    monkeypatch.setattr(
        "pennypress.discussion.wagtail_hooks.lock_discussions",
        lambda: found_when_locked.append(DiscussionSettings.objects.get().first_comments),
    )
    address = f"/admin/settings/discussion/discussionsettings/{site.get_site().pk}/"
    assert newsroom.get(address).status_code == 200
    assert found_when_locked == []
    answer = newsroom.post(address, {"first_comments": "hold-all", "flagged_words": ""})
    assert answer.status_code == 302
    assert found_when_locked == ["publish"]
    assert DiscussionSettings.objects.get().first_comments == "hold-all"
