"""The tree: whatever happens to it, counts are true and every comment is found exactly once."""

import datetime as dt
import random
from collections import Counter, deque
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pennypress.discussion import tree
from pennypress.discussion.actions import (
    Carried,
    carry_over_comments,
    hold_comment,
    post_comment,
    publish_comment,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.models import Comment, Discussion, Rule
from pennypress.discussion.order import make_cursor

from .conftest import START, carried, carry_over_many
from .reading import api_pages, comments_on, flat, links_on, read_page, walk

pytestmark = pytest.mark.django_db

LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


def sort_key(comment: Comment) -> tuple[dt.datetime, int, int]:
    """The contract's order among siblings; an unknown date is older than every known one."""
    return comment.posted or LONG_AGO, comment.position, comment.pk


def expect_shown(comments: Iterable[Comment]) -> set[int]:
    """Compute afresh which comments have a place: seen ones, and all above a shown one."""
    by_number = {comment.pk: comment for comment in comments}
    shown: set[int] = set()
    for comment in by_number.values():
        seen = comment.state in {"removed", "withdrawn"} and comment.first_visible is not None
        if comment.state != "visible" and not seen:
            continue
        place: Comment | None = comment
        while place is not None:
            shown.add(place.pk)
            place = by_number[place.parent_id] if place.parent_id else None
    return shown


def check_counts(discussion: Discussion) -> set[int]:
    """Check all kept counts against a fresh computation; return the shown comments' numbers."""
    comments = list(Comment.objects.filter(discussion=discussion))
    shown = expect_shown(comments)
    replies = Counter(comment.parent_id for comment in comments if comment.pk in shown)
    assert {comment.pk for comment in comments if comment.shown} == shown
    for comment in comments:
        assert comment.replies_shown == replies[comment.pk], comment
        assert comment.depth <= 100
    visible = sum(comment.state == "visible" for comment in comments)
    assert Discussion.objects.get(pk=discussion.pk).count == visible
    return shown


def check_walks(reader: Client, discussion: Discussion, shown: set[int]) -> None:
    """Check that both walks give each shown comment once, in the order that is promised."""
    stored = Comment.objects.in_bulk(shown)
    for order in ("oldest", "newest"):
        found = walk(reader, discussion.pk, order)
        numbers = [comment["id"] for comment in found]
        assert sorted(numbers) == sorted(shown), order
        place = {number: index for index, number in enumerate(numbers)}
        siblings: dict[int | None, list[int]] = {}
        for comment in found:
            row = stored[comment["id"]]
            assert (comment["parent"], comment["depth"]) == (row.parent_id, row.depth)
            siblings.setdefault(comment["parent"], []).append(comment["id"])
            if comment["parent"]:
                assert place[comment["parent"]] < place[comment["id"]], order
            if comment["state"] != "visible":
                assert comment["author"] is None
                assert comment["text"] == comment["html"] == ""
        for parent, numbers_of_one in siblings.items():
            if parent is not None or order == "oldest":
                assert numbers_of_one == sorted(
                    numbers_of_one, key=lambda number: sort_key(stored[number])
                )
            else:
                times = [stored[number].posted or LONG_AGO for number in numbers_of_one]
                assert times == sorted(times, reverse=True)


class Life(RuleBasedStateMachine):
    """Anything that readers, moderators and arrivals may do, in any order."""

    discussion: Discussion
    house_rule: Rule
    site_settings: Any  # pytest-django's fixture

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.reader = Client()
        self.arrivals = 0
        self.latest = 0  # the number of the comment that an act befell last

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def choose(self, data: st.DataObject, *states: str) -> Comment | None:
        """Choose a comment, the one changed last first: what befalls one comment twice matters."""
        here = Comment.objects.filter(state__in=states)
        numbers = list(here.order_by("pk").values_list("pk", flat=True))
        if not numbers:
            return None
        if self.latest in numbers and data.draw(st.booleans()):
            return Comment.objects.get(pk=self.latest)
        self.latest = data.draw(st.sampled_from(numbers))
        return Comment.objects.get(pk=self.latest)

    @rule(data=st.data(), policy=st.sampled_from(["publish", "publish", "hold-all"]))
    def post(self, data: st.DataObject, policy: str) -> None:
        self.site_settings.FIRST_COMMENTS = policy
        parent = self.choose(data, "visible") if data.draw(st.booleans()) else None
        self.latest = post_comment(
            self.discussion, name="Ada", text="Words", parent=parent.pk if parent else None
        ).comment.pk

    @precondition(lambda self: self.arrivals < 4)
    @rule(data=st.data())
    def carry_over(self, data: st.DataObject) -> None:
        self.arrivals += 1
        stored = list(
            Comment.objects.filter(discussion=self.discussion)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        items: list[Carried] = []
        for number in range(data.draw(st.integers(1, 12))):
            parents: list[int | str | None] = [None, *stored[:6], *(i.source for i in items)]
            fate = data.draw(st.sampled_from(["shown", "shown", "shown", "held", "removed"]))
            posted = data.draw(
                st.none()
                | st.integers(0, 5_000).map(lambda ms: START + dt.timedelta(milliseconds=ms))
            )
            items.append(
                carried(
                    number,
                    data.draw(st.sampled_from(parents)),
                    posted=posted,
                    position=data.draw(st.integers(0, 3)),
                    hold="marked" if fate == "held" else "",
                    removed_under=self.house_rule if fate == "removed" else None,
                )
            )
        carry_over_comments(self.discussion, items)

    @rule(data=st.data())
    def publish_or_restore(self, data: st.DataObject) -> None:
        if comment := self.choose(data, "held", "removed"):
            publish_comment(comment, None)

    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        if comment := self.choose(data, "visible"):
            hold_comment(comment, None)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if comment := self.choose(data, "visible", "held"):
            remove_comment(comment, self.house_rule, None)

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        if comment := self.choose(data, "visible", "held"):
            withdraw_comment(comment)

    @rule()
    def read(self) -> None:
        check_walks(self.reader, self.discussion, check_counts(self.discussion))

    @invariant()
    def counts_are_true(self) -> None:
        check_counts(self.discussion)


def test_counts_and_walks_stay_true_whatever_happens(discussion, rule, settings, monkeypatch):
    monkeypatch.setattr(tree, "API_PAGE", 7)  # so that small trees have several pages

    class Here(Life):
        pass

    Here.discussion, Here.house_rule, Here.site_settings = discussion, rule, settings
    run_state_machine_as_test(
        Here,
        settings=hypothesis_settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a failing history is printed as it is: shrinking takes long
        ),
    )


# ── Order ──────────────────────────────────────────────────────────────────────────────────────


def test_siblings_stand_in_the_order_of_their_milliseconds(reader, discussion):
    """Every millisecond of a second, arriving in disorder: none may fall onto its neighbour."""
    times = [START + dt.timedelta(milliseconds=ms) for ms in range(1000)]
    items = [carried(n, posted=time, position=0) for n, time in enumerate(times)]
    random.Random(1).shuffle(items)
    carry_over_comments(discussion, items)
    posted = [comment["posted"] for comment in walk(reader, discussion.pk)]
    assert posted == [time.isoformat(timespec="milliseconds") for time in times]


def test_undated_comments_come_first_in_their_source_s_order(reader, discussion):
    carry_over_comments(
        discussion,
        [
            carried(1),
            carried(2, posted=None, position=9),
            carried(3, posted=None, position=4),
            carried(4, "c2", posted=None, position=1),
        ],
    )
    names = [comment["author"]["name"] for comment in walk(reader, discussion.pk)]
    assert names == ["Reader 3", "Reader 2", "Reader 4", "Reader 1"]
    newest = [comment["author"]["name"] for comment in walk(reader, discussion.pk, "newest")]
    assert newest == ["Reader 1", "Reader 3", "Reader 2", "Reader 4"]


def test_in_newest_the_latest_thread_leads_and_replies_are_oldest_first(reader, story, say):
    first, second = say("1"), say("2")
    say("1.1", under=first)
    say("1.2", under=first)
    assert [c["text"] for c in walk(reader, story.pk, "newest")] == ["2", "1", "1.1", "1.2"]
    page = reader.get(f"{story.url}discussion/?order=newest").content.decode()
    assert comments_on(page)[:2] == [second.pk, first.pk]


def test_best_is_a_total_order_too(reader, discussion):
    carry_over_many(discussion, 150)
    numbers = [comment["id"] for comment in walk(reader, discussion.pk, "best")]
    assert len(numbers) == len(set(numbers)) == 150


# ── Finding everything by plain links ──────────────────────────────────────────────────────────


def crawl(reader: Client, story_url: str) -> set[int]:
    """Follow every link of the discussion from the story page; return the comments met."""
    met: set[int] = set()
    seen, ahead = {story_url}, deque([story_url])
    while ahead:
        url = ahead.popleft()
        response = reader.get(url)
        assert response.status_code == 200, url
        page = response.content.decode()
        met.update(comments_on(page))
        for link in links_on(page):
            # Permalinks of comments already met would only be followed for their own sake.
            if link.startswith(f"{story_url}discussion/") and "/reply/" not in link:
                number = link.removeprefix(f"{story_url}discussion/").split("/")[0]
                more = f'class="more"><a href="{link}"' in page or "?after=" in link
                if link not in seen and (not number.isdigit() or more):
                    seen.add(link)
                    ahead.append(link)
    return met


def chain_of_120(parent: str | None) -> list[Carried]:
    """Readers 300 to 419, each answering the one before."""
    return [carried(n, f"c{n - 1}" if n > 300 else parent) for n in range(300, 420)]


@pytest.fixture
def deep(discussion) -> list[Comment]:
    """A chain 120 deep, from its top."""
    carry_over_comments(discussion, chain_of_120(None))
    return list(Comment.objects.order_by("position"))


@pytest.fixture
def large(discussion) -> list[int]:
    """About 430 comments: 150 threads, one with 80 direct replies, a chain 120 deep, 80 more."""
    items = [carried(n) for n in range(150)]
    items += [carried(200 + n, "c7") for n in range(80)]
    items += chain_of_120("c9")
    chance = random.Random(2)
    items += [carried(500 + n, f"c{200 + chance.randrange(80)}") for n in range(80)]
    return list(carry_over_comments(discussion, items).values())


def test_every_comment_is_reached_by_plain_links(reader, story, discussion, large, rule):
    for number in large[::9]:
        remove_comment(Comment.objects.get(pk=number), rule, None)
    for number in large[4::9]:
        hold_comment(Comment.objects.get(pk=number), None)
    shown = check_counts(discussion)
    assert crawl(reader, story.url) == shown
    check_walks(reader, discussion, shown)


def test_pages_are_bounded_whatever_hangs_below(reader, story, large):
    assert len(comments_on(reader.get(story.url).content.decode())) <= 20 * (1 + 3 + 9)
    wide = Comment.objects.get(author="Reader 7")
    page = reader.get(f"{story.url}discussion/{wide.pk}/").content.decode()
    assert comments_on(page)[0] == wide.pk
    assert len(comments_on(page)) <= 200
    deep = Comment.objects.get(author="Reader 419")
    page = reader.get(f"{story.url}discussion/{deep.pk}/").content.decode()
    assert len(comments_on(page)) <= 300


def test_a_branch_too_large_for_one_page_goes_on_on_the_next(reader, story, discussion, say):
    top = say("Top")
    carry_over_comments(discussion, [carried(n, top.pk) for n in range(230)])
    url: str | None = f"{story.url}discussion/{top.pk}/"
    met: list[int] = []
    while url:
        page = read_page(reader, url)
        met += [n for n in comments_on(reader.get(url).content.decode()) if n != top.pk]
        following = [a.attributes["href"] for a in page.all("a", rel="next")]
        url = following[0] if following else None
    assert len(met) == len(set(met)) == 230


# ── Deep ───────────────────────────────────────────────────────────────────────────────────────


def test_a_chain_deeper_than_the_limit_goes_on_beside_its_end(reader, story, deep):
    assert [comment.depth for comment in deep] == [*range(1, 101), *[100] * 20]
    assert {comment.parent_id for comment in deep[99:]} == {deep[98].pk}
    page = read_page(reader, f"{story.url}discussion/{deep[98].pk}/")
    for answered, comment in pairwise(deep[99:]):
        answer = page.one("li", id=f"comment-{comment.pk}").elements[0]
        to = [a for a in answer.all("a") if f"/{answered.pk}/" in a.attributes["href"]]
        assert answered.author in [link.text for link in to]


def test_a_reply_to_the_deepest_comment_is_taken(reader, story, deep, publish_at_once):
    last = deep[-1]
    answer = post_comment(last.discussion, name="Bo", text="So deep", parent=last.pk).comment
    assert (answer.depth, answer.parent_id, answer.answers) == (100, last.parent_id, last)
    page = read_page(reader, f"{story.url}discussion/{answer.pk}/")
    assert last.author in page.one("li", id=f"comment-{answer.pk}").text
    assert len(list(page.all("li", class_="before"))) == 99


def test_a_permalink_shows_all_ancestors_in_order(reader, story, deep):
    page = reader.get(f"{story.url}discussion/{deep[40].pk}/").content.decode()
    assert comments_on(page) == [comment.pk for comment in deep]


# ── Cursors ────────────────────────────────────────────────────────────────────────────────────


def test_cursors_survive_what_happens_between_two_pages(
    reader, story, discussion, rule, publish_at_once
):
    for order in ("oldest", "newest"):
        numbers = carry_over_many(discussion, 250)
        pages = api_pages(reader, story.pk, order)
        first = [comment["id"] for comment in flat(next(pages)["comments"])]
        here = [n for n in Comment.objects.in_bulk(first) if n in numbers]
        remove_comment(Comment.objects.get(pk=first[-1]), rule, None)  # where the cursor stands
        hold_comment(Comment.objects.get(pk=first[-2]), None)
        withdraw_comment(Comment.objects.get(pk=first[3]))
        post_comment(discussion, name="Bo", text="New", parent=here[5])
        post_comment(discussion, name="Bo", text="New at the top")
        rest = [comment["id"] for page in pages for comment in flat(page["comments"])]
        assert not set(first) & set(rest)
        assert set(numbers) <= set(first) | set(rest)


def test_false_cursors_are_refused(reader, story, discussion):
    carry_over_many(discussion, 210)
    page = reader.get(f"/api/v1/stories/{story.pk}/discussion").json()
    good = page["next"]
    branch = make_cursor("branch", Comment.objects.first().path)
    wrong = [
        "x",
        "!!!",
        good[:-3],
        good + "A",
        "é",
        branch,
        make_cursor("newest", "0" * 24),
        make_cursor("oldest", "\x00" * 24),
        make_cursor("oldest", ""),
        make_cursor("oldest", "'; DROP TABLE"),
        "A" * 20_000,
    ]
    for cursor in wrong:
        response = reader.get(f"/api/v1/stories/{story.pk}/discussion", {"after": cursor})
        assert response.status_code == 422, cursor
        assert response["Content-Type"] == "application/problem+json"
        response = reader.get(f"{story.url}discussion/", {"after": cursor})
        assert response.status_code == 404, cursor
        first = Comment.objects.first().pk
        if cursor != branch:
            response = reader.get(f"{story.url}discussion/{first}/", {"after": cursor})
            assert response.status_code == 404, cursor
    newest = {"after": good, "order": "newest"}
    assert reader.get(f"/api/v1/stories/{story.pk}/discussion", newest).status_code == 422
    assert reader.get(f"{story.url}discussion/", newest).status_code == 404
    for order in ("worst", ""):
        query = {"order": order}
        assert reader.get(f"/api/v1/stories/{story.pk}/discussion", query).status_code == 422
        assert reader.get(f"{story.url}discussion/", query).status_code == 404


def test_a_comment_is_found_under_its_own_story_alone(reader, story, say):
    comment = say()
    assert reader.get(f"{story.url}discussion/{comment.pk}/").status_code == 200
    for number in (0, comment.pk + 1, 10**30):
        assert reader.get(f"{story.url}discussion/{number}/").status_code == 404


# ── Cost ───────────────────────────────────────────────────────────────────────────────────────


def queries(act) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def test_a_page_costs_as_many_queries_with_200_comments_as_with_two(
    reader, story, discussion, rule
):
    carry_over_comments(discussion, [carried(0), carried(1, removed_under=rule)])
    urls = [
        story.url,
        f"{story.url}discussion/?order=newest",
        f"/api/v1/stories/{story.pk}/discussion",
    ]
    for url in urls:
        reader.get(url)  # what is read once per process
    few = [queries(lambda url=url: reader.get(url)) for url in urls]
    rules = list(Rule.objects.all())
    carry_over_comments(
        discussion,
        [
            carried(
                n,
                f"c{n - 1}" if n % 3 else None,
                removed_under=rules[n % len(rules)] if n % 5 == 0 else None,
            )
            for n in range(3, 201)
        ],
    )
    assert len(comments_on(reader.get(story.url).content.decode())) == 200
    assert [queries(lambda url=url: reader.get(url)) for url in urls] == few


def test_a_bounded_page_costs_the_same_in_a_thread_twice_as_long(
    reader, story, discussion, large, rule
):
    def cost() -> list[int]:
        return [queries(lambda url=url: reader.get(url)) for url in urls]

    urls = [story.url, f"{story.url}discussion/{large[7]}/"]
    carry_over_comments(discussion, [carried(600 + n, large[7]) for n in range(200)])
    few = [cost(), cost()][1]  # the first also reads what is read once per process
    carry_over_comments(discussion, [carried(800 + n, large[7 + n % 3]) for n in range(400)])
    for number in large[::5]:
        remove_comment(Comment.objects.get(pk=number), rule, None)
    assert cost() == few


def test_posting_costs_the_same_in_a_long_thread(discussion, publish_at_once):
    def post_reply() -> None:
        post_comment(discussion, name="Ada", text="Words", parent=top)

    top = carry_over_many(discussion, 1)[0]
    post_reply()
    few = queries(post_reply)
    carry_over_comments(discussion, [carried(n, top) for n in range(900)])
    assert queries(post_reply) == few
