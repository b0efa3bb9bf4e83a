"""What arrives with a grave doubt waits for an editor; and arrivals that are taken back."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from pennypress.arrivals.actions import ArrivalReport, ImportOptions, receive
from pennypress.arrivals.comments import write_waiting_comments
from pennypress.arrivals.models import Arrival, OpenDoubt, WaitingComments
from pennypress.arrivals.taking_back import (
    NotPossible,
    ask_to_take_back,
    carry_out_taking_back,
    take_back_arrival,
)
from pennypress.discussion.actions import open_discussion, post_comment
from pennypress.discussion.models import Comment
from pennypress.formats.items import CommentItem, Doubt, PageItem, plain_block
from pennypress.readers.models import Account
from pennypress.record.models import Entry
from pennypress.stories.models import StoryPage

pytestmark = pytest.mark.django_db

WHY = "the last lines may be readers' words"


def page(number: int, *, grave: bool, comments: int = 3) -> list:
    """A page of our own, as a parser yields it."""
    source = f"page:{number}"
    item = PageItem(
        source_id=source,
        headline=f"The ferry of day {number}",
        blocks=(plain_block("It came in at noon, and nobody was surprised."),),
        appeal=None,
        line=1,
    )
    said = [
        CommentItem(source, f"{source}:{n}", None, 1, f"Reader {n}", f"Words {n}.", None, n, 9 + n)
        for n in range(comments)
    ]
    return [item, Doubt(source, "story", WHY, 7, grave=grave), *said]


@pytest.fixture
def arrive(site, tmp_path, monkeypatch):
    """Take in made-up pages."""

    def take_in(*pages: list, **options) -> ArrivalReport:
        file = tmp_path / "pages.txt"
        file.touch()
        monkeypatch.setattr("pennypress.arrivals.actions.read_pages", lambda *given: iter(pages))
        return receive([file], ImportOptions(**options))

    return take_in


def kinds() -> list[str]:
    return list(Entry.objects.order_by("index").values_list("kind", flat=True))


def arrivals_page(newsroom: Client, more: str = "") -> str:
    return " ".join(newsroom.get(f"/admin/arrivals/{more}").content.decode().split())


def test_a_gravely_doubted_page_is_a_draft_that_nobody_reads(arrive, reader):
    report = arrive(page(1, grave=True), page(2, grave=False))
    drafts = [story.get("draft", False) for story in report.stories]
    assert drafts == [True, False]
    assert report.made["stories"] == 2
    assert report.made["comments"] == 6
    draft, live = (str(story["url"]) for story in report.stories)
    assert reader.get(draft).status_code == 404
    assert reader.get(live).status_code == 200
    assert kinds().count("story.published") == 1
    assert kinds().count("comment.posted") == 3  # nobody can read the others
    assert report.doubts[0] == {
        "url": draft, "what": "story", "why": WHY, "where": "pages.txt, line 7"
    }  # fmt: skip
    again = arrive(page(1, grave=True), page(2, grave=False))
    assert set(again.made.values()) == {0}
    more = arrive(page(1, grave=True, comments=5))
    assert more.made["comments"] == 2


def test_a_page_that_claims_comments_of_which_none_was_found_is_a_draft(arrive):
    item, doubt, *_ = page(1, grave=False)
    report = arrive([replace(item, claimed_comments=12), doubt])
    assert report.stories[0]["draft"]
    assert report.doubts[-1]["why"] == "12 claimed, none found"


def test_publish_doubtful_publishes_them(arrive, reader):
    report = arrive(page(1, grave=True), publish_doubtful=True)
    assert "draft" not in report.stories[0]
    assert "Words 2." in reader.get(str(report.stories[0]["url"])).content.decode()


def test_a_dry_run_says_what_would_be_a_draft(arrive):
    foretold = arrive(page(1, grave=True), dry_run=True)
    made = arrive(page(1, grave=True))
    assert foretold.stories == made.stories
    assert foretold.made == made.made


def test_an_editor_publishes_a_draft_with_its_comments(arrive, newsroom, reader):
    report = arrive(page(1, grave=True))
    (number,) = StoryPage.objects.filter(live=False).values_list("pk", flat=True)
    assert "1 doubt" in arrivals_page(newsroom)
    shown = arrivals_page(newsroom, f"{report.arrival}/")
    assert WHY.replace("'", "&#x27;") in shown
    assert "3 comments are shown once it is published" in shown
    answer = newsroom.post(f"/admin/arrivals/{report.arrival}/publish/", {"story": number})
    assert answer.status_code == 302
    assert write_waiting_comments.call(number) == 3
    words = reader.get(str(report.stories[0]["url"])).content.decode()
    assert words.index("Words 0.") < words.index("Words 2.")
    assert not WaitingComments.objects.exists()
    assert OpenDoubt.objects.get().settled_by.is_superuser
    assert set(arrive(page(1, grave=True)).made.values()) == {0}
    assert write_waiting_comments.call(number) == 0


def test_comments_that_the_queue_did_not_write_come_with_the_next_run(arrive, newsroom):
    report = arrive(page(1, grave=True))
    _publish(report, newsroom)
    assert WaitingComments.objects.exists()
    assert set(arrive(page(1, grave=True)).made.values()) == {0}
    assert not WaitingComments.objects.exists()
    assert Comment.objects.count() == 3


def test_a_waiting_comment_that_was_cut_off_is_completed_too(arrive, newsroom):
    *before, last = page(1, grave=True)
    report = arrive([*before, replace(last, text="Words of…", cut_off=True)])
    whole = replace(last, source_id="page:1:whole", text="Words of mine.")
    answer = replace(
        last, source_id="page:1:answer", parent=whole.source_id, depth=2, text="Oh.", author="Bo"
    )
    later = arrive([*before, whole, answer])
    assert (later.made["comments"], later.completed) == (1, 1)
    assert set(arrive([*before, whole, answer]).made.values()) == {0}
    _publish(report, newsroom)
    write_waiting_comments.call(StoryPage.objects.get().pk)
    texts = dict(Comment.objects.values_list("text", "parent__text"))
    assert texts == {
        "Words 0.": None,
        "Words 1.": None,
        "Words of mine.": None,
        "Oh.": "Words of mine.",
    }
    assert set(arrive([*before, whole, answer]).made.values()) == {0}
    assert Comment.objects.count() == 4


def test_publishing_in_the_editor_brings_the_comments_too(
    arrive, newsroom, django_capture_on_commit_callbacks, settings
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    arrive(page(1, grave=True))
    story = StoryPage.objects.get(live=False)
    with django_capture_on_commit_callbacks(execute=True):
        story.get_latest_revision().publish()
    assert Comment.objects.filter(discussion=story.pk).count() == 3


def test_an_editor_settles_doubts(arrive, newsroom):
    report = arrive(page(1, grave=False), page(2, grave=False))
    numbers = list(StoryPage.objects.order_by("pk").values_list("pk", flat=True))
    place = f"/admin/arrivals/{report.arrival}/settle/"
    assert newsroom.post(place, {"story": numbers[0]}).status_code == 302
    open_ones = OpenDoubt.objects.filter(settled=None)
    assert [doubt.page_id for doubt in open_ones] == [numbers[1]]


@pytest.mark.parametrize("story", ["", "x", "0", "9" * 30, "-1", "٣"])
def test_a_forged_story_is_no_fault(arrive, newsroom, story):
    report = arrive(page(1, grave=True))
    for act in ("settle", "publish"):
        answer = newsroom.post(f"/admin/arrivals/{report.arrival}/{act}/", {"story": story})
        assert answer.status_code in {302, 404}
    assert OpenDoubt.objects.filter(settled=None).count() == 1


def test_nobody_else_sees_to_arrivals(arrive, reader, site):
    report = arrive(page(1, grave=True))
    account = Account.objects.create_user("ann@example.org", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="access_admin"))
    reader.force_login(account)
    for address in ("", f"{report.arrival}/", f"{report.arrival}/take-back/"):
        assert reader.get(f"/admin/arrivals/{address}").status_code in {302, 403}
    for act in ("settle", "publish", "take-back"):
        answer = reader.post(f"/admin/arrivals/{report.arrival}/{act}/", {"story": "1"})
        assert answer.status_code in {302, 403}
    assert Arrival.objects.get().taken_back is None


# ── Taking back ────────────────────────────────────────────────────────────────────────────────


def test_an_arrival_is_taken_back_whole(arrive, newsroom, reader):
    report = arrive(page(1, grave=True), page(2, grave=False))
    draft, live = (str(story["url"]) for story in report.stories)
    place = f"/admin/arrivals/{report.arrival}/take-back/"
    asked = newsroom.get(place).content.decode()
    assert "1 story is taken down" in asked
    assert newsroom.post(place).status_code == 302
    assert "It is being taken back" in arrivals_page(newsroom, f"{report.arrival}/")
    carry_out_taking_back.call(report.arrival)
    assert reader.get(live).status_code == 410
    assert reader.get(draft).status_code == 404
    assert not StoryPage.objects.filter(live=True).exists()
    assert not WaitingComments.objects.exists()
    assert kinds()[-2:] == ["story.unpublished", "arrival.withdrawn"]
    again = arrive(page(1, grave=False), page(2, grave=False))
    assert again.made == {"stories": 2, "comments": 6, "sums": 0, "images": 0}
    assert again.arrival != report.arrival
    assert "It was taken back" in arrivals_page(newsroom, f"{report.arrival}/")


def _edit(report: ArrivalReport, newsroom: Client) -> None:
    story = StoryPage.objects.filter(live=True).get()
    story.standfirst = "Corrected here."
    story.save_revision().publish()


def _answer(report: ArrivalReport, newsroom: Client) -> None:
    story = StoryPage.objects.filter(live=True).get()
    parent = Comment.objects.filter(discussion=story.pk).earliest("pk")
    post_comment(open_discussion(story), name="Ann", text="An answer.", parent=parent.pk)


def _publish(report: ArrivalReport, newsroom: Client) -> None:
    number = StoryPage.objects.get(live=False).pk
    newsroom.post(f"/admin/arrivals/{report.arrival}/publish/", {"story": number})


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (_edit, "edited or published here"),
        (_answer, "written below its stories since"),
        (_publish, "edited or published here"),
    ],
)
def test_what_was_built_upon_is_not_taken_back(arrive, newsroom, act, said):
    report = arrive(page(1, grave=True), page(2, grave=False))
    act(report, newsroom)
    arrival = Arrival.objects.get(pk=report.arrival)
    before = StoryPage.objects.filter(live=True).count()
    with pytest.raises(NotPossible, match=said):
        take_back_arrival(arrival, None)
    place = f"/admin/arrivals/{report.arrival}/take-back/"
    assert said in newsroom.get(place).content.decode()
    newsroom.post(place)
    assert StoryPage.objects.filter(live=True).count() == before


def test_who_builds_on_it_after_it_was_asked_for_keeps_it(arrive, newsroom, editor):
    report = arrive(page(1, grave=True), page(2, grave=False))
    arrival = Arrival.objects.get(pk=report.arrival)
    ask_to_take_back(arrival, editor)
    _answer(report, newsroom)
    carry_out_taking_back.call(arrival.pk)
    arrival.refresh_from_db()
    assert (arrival.taken_back, arrival.take_back_asked) == (None, None)
    assert StoryPage.objects.filter(live=True).count() == 1


def test_taking_back_twice_is_said(arrive):
    report = arrive(page(1, grave=False))
    arrival = Arrival.objects.get(pk=report.arrival)
    assert take_back_arrival(arrival, None) == {"unpublished": 1, "deleted": 0}
    with pytest.raises(NotPossible, match="already"):
        take_back_arrival(arrival, None)


def test_after_all_that_the_site_passes_its_own_checks(arrive):
    from pennypress.accountability.checks import run_checks

    report = arrive(page(1, grave=True), page(2, grave=False))
    take_back_arrival(Arrival.objects.get(pk=report.arrival), None)
    assert {finding.name: finding.problems for finding in run_checks() if finding.problems} == {}
