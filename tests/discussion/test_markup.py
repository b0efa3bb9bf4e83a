"""The markup of comments, as crawlers, assistive technology and outside checks read it."""

import pytest

from pennypress.discussion.actions import carry_over_comments, hold_comment, remove_comment
from pennypress.discussion.models import Comment

from .conftest import START, carried, carry_over_many
from .reading import Element, comments_on, links_on, read_page

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def items(listing: Element) -> list[Element]:
    """Return a list's comments, and check that it holds nothing else."""
    assert listing.tag == "ol"
    assert all(item.tag == "li" for item in listing.elements)
    return listing.elements


def check_items(listing: Element) -> list[int]:
    """Check each comment's shape, those of its replies too; return their numbers in order."""
    numbers = []
    for item in items(listing):
        number = int(item.attributes["id"].removeprefix("comment-"))
        numbers.append(number)
        article, *rest = item.elements
        assert article.tag == "article"
        assert article.attributes["itemprop"] == "comment"
        assert "itemscope" in article.attributes
        assert article.attributes["itemtype"] == "https://schema.org/Comment"
        assert not list(article.all("article"))
        assert not list(article.all("ol"))
        state = article.attributes["data-state"]
        assert state == Comment.objects.get(pk=number).state
        assert article.one(itemprop="url").attributes["href"].endswith(f"/discussion/{number}/")
        if state == "visible":
            assert article.one(itemprop="text").attributes["dir"] == "auto"
        else:
            assert not list(article.all(itemprop="author"))
            assert not list(article.all(itemprop="text"))
        for part in rest:
            assert part.tag == "ol" or (part.tag, part.attributes.get("class")) == ("p", "more")
        if rest and rest[0].tag == "ol":
            numbers += check_items(rest[0])
    return numbers


def discussion_of(page: Element) -> Element:
    """Return the list in a page's discussion, and check where the region lies."""
    region = page.one(id="discussion")
    assert region.tag == "section"
    assert page.one(id=region.attributes["aria-labelledby"]).text.strip()
    return next(child for child in region.elements if child.tag == "ol")


def test_a_story_page_nests_articles_and_replies(reader, story, discussion, say, editor, rule):
    first = say("One")
    reply = say("One one", under=first)
    remove_comment(say("Two"), rule, editor)
    hold_comment(reply, editor)
    answer = say("Three")
    carry_over_comments(
        discussion, [carried(1, reply.pk), carried(2, answer.pk), carried(3, "c2", author=None)]
    )
    page = read_page(reader, story.url)
    assert page.one("main").one(id="discussion")
    numbers = check_items(discussion_of(page))
    assert len(numbers) == 7
    shown = Comment.objects.filter(shown=True).order_by("path")
    assert numbers == list(shown.values_list("pk", flat=True))
    story_article = page.one("article", itemtype="https://schema.org/NewsArticle")
    assert story_article.attributes["itemref"] == "discussion"
    assert "5 comments" in page.one(id="discussion-title").text


def test_a_name_is_an_author_and_no_name_is_none(reader, story, discussion):
    carry_over_comments(discussion, [carried(1, author="Ada <L>"), carried(2, author=None)])
    named, nameless = (
        item.elements[0] for item in items(discussion_of(read_page(reader, story.url)))
    )
    author = named.one(itemprop="author")
    assert author.attributes["itemtype"] == "https://schema.org/Person"
    assert author.one(itemprop="name").text == "Ada <L>"
    assert not list(nameless.all(itemprop="author"))
    assert nameless.one("header").text.strip()


def test_a_date_is_exact_and_no_date_is_words(reader, story, discussion):
    carry_over_comments(discussion, [carried(1, posted=None), carried(2)])
    undated, dated = (
        item.elements[0] for item in items(discussion_of(read_page(reader, story.url)))
    )
    assert not list(undated.all("time"))
    assert "date not in the capture" in undated.one(itemprop="url").text
    time = dated.one("time", itemprop="dateCreated")
    assert START.replace(minute=2).isoformat()[:16] in time.attributes["datetime"]
    assert time.parent.attributes["itemprop"] == "url"


def test_a_cut_off_comment_says_so(reader, story, discussion):
    carry_over_comments(discussion, [carried(1, cut_off=True), carried(2)])
    cut, whole = (item.elements[0] for item in items(discussion_of(read_page(reader, story.url))))
    assert "breaks off" in cut.text
    assert "breaks off" not in whole.text


def test_200_comments_stand_whole_and_201_are_bounded_and_linked(reader, story, discussion):
    numbers = carry_over_many(discussion, 199)
    numbers += carry_over_comments(discussion, [carried(900, numbers[0])]).values()
    page = reader.get(story.url).content.decode()
    assert sorted(comments_on(page)) == sorted(numbers)
    assert not [link for link in links_on(page) if "after=" in link]
    carry_over_comments(discussion, [carried(901, numbers[0])])
    bounded = read_page(reader, story.url)
    assert len(check_items(discussion_of(bounded))) == 22
    following = bounded.one("a", rel="next").attributes["href"]
    assert following.startswith(f"{story.url}discussion/?order=oldest&after=")
    assert reader.get(following).status_code == 200
    assert "201 comments" in bounded.one(id="discussion-title").text


def test_a_bounded_page_says_how_many_replies_are_elsewhere(reader, story, discussion):
    numbers = carry_over_many(discussion, 200)
    top = numbers[0]
    made = carry_over_comments(
        discussion,
        [
            *(carried(n, top) for n in range(300, 305)),
            carried(400, "c300"),
            carried(401, "c400"),
        ],
    )
    listing = discussion_of(read_page(reader, story.url))
    item = items(listing)[0]
    more = item.elements[-1]
    assert more.text == "2 more replies"
    assert more.one("a").attributes["href"] == f"{story.url}discussion/{top}/"
    deepest = listing.one("li", id=f"comment-{made['c400']}")
    assert deepest.one("p", class_="more").text == "1 reply"
    assert not list(listing.all("li", id=f"comment-{made['c401']}"))


@pytest.mark.parametrize("order", ["oldest", "newest", "best"])
def test_the_discussion_alone_page_by_page(reader, story, discussion, order):
    numbers = carry_over_many(discussion, 205)
    url: str | None = f"{story.url}discussion/?order={order}"
    met: list[int] = []
    while url:
        page = read_page(reader, url)
        item = page.one(itemtype="https://schema.org/NewsArticle")
        assert item.one(itemprop="url", href=story.url)
        found = check_items(discussion_of(item))
        assert len(found) <= 20
        met += found
        following = [a.attributes["href"] for a in page.all("a", rel="next")]
        url = following[0] if following else None
    assert met == (numbers[::-1] if order == "newest" else numbers)


def test_a_permalink_has_its_ancestors_itself_and_its_branch(reader, story, discussion):
    made = carry_over_comments(
        discussion,
        [
            carried(1),
            carried(2, "c1"),
            carried(3, "c2"),
            carried(4, "c3"),
            carried(5, "c1"),
            carried(6),
        ],
    )
    page = read_page(reader, f"{story.url}discussion/{made['c3']}/")
    item = page.one(itemtype="https://schema.org/NewsArticle")
    assert item.one("a", itemprop="url", href=story.url)
    listing = discussion_of(item)
    assert check_items(listing) == [made[f"c{n}"] for n in (1, 2, 3, 4)]
    assert listing.one("li", aria_current="true").attributes["id"] == f"comment-{made['c3']}"


def test_every_comment_can_be_answered_until_the_discussion_closes(
    reader, story, say, editor, rule
):
    one, gone = say("One"), remove_comment(say("Two"), rule, editor)
    links = links_on(reader.get(story.url).content.decode())
    assert f"{story.url}discussion/{one.pk}/reply/" in links
    assert f"{story.url}discussion/{gone.pk}/reply/" not in links
    assert f"{story.url}discussion/reply/" in links


def test_public_pages_are_the_same_for_everyone(reader, newsroom, story, say, held):
    comment = say()
    held()
    for url in (
        story.url,
        f"{story.url}discussion/",
        f"{story.url}discussion/{comment.pk}/",
        f"/api/v1/stories/{story.pk}/discussion",
    ):
        anonymous, known = reader.get(url), newsroom.get(url)
        assert anonymous.content == known.content
        assert not known.cookies
        assert known["Vary"] == "Accept-Encoding"
        assert known["ETag"]
