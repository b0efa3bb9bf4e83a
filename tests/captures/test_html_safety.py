"""Whatever a page's markup is, reading it ends, keeps within bounds, and brings no script along."""

import pytest

from pennypress.captures.html import read_page
from pennypress.formats.items import (
    ArrivalRefused,
    BlockKind,
    CommentItem,
    Doubt,
    MeterItem,
    PageItem,
    Picture,
)
from pennypress.formats.tree import DEPTH_LIMIT, SIZE_LIMIT, parse

pytestmark = pytest.mark.once

STORY = (
    "<p>The bridge over the river has carried heavy carts for fifty years, and still does.</p>" * 3
)
ENTRY = (
    '<li class="comment" id="comment-{n}"><cite class="fn">Reader {n}</cite>'
    '<time datetime="2019-03-05T10:00:00Z">5 March 2019</time><p>Words number {n}. {more}</p>'
    '<a class="comment-reply-link" href="?replytocom={n}">Reply</a>{inner}</li>'
)


def comment(number, more="", inner=""):
    return ENTRY.format(n=number, more=more, inner=inner)


def page(*comments, head="", story=STORY):
    return (
        f"<html lang=en><head><title>The bridge | Paper</title>{head}</head><body>"
        f"<h1>The bridge</h1>{story}<ol id=comments>{''.join(comments)}</ol></body></html>"
    ).encode()


def read(data, **more):
    return list(read_page(data, name="page.html", **more))


def comments_of(items):
    return [item for item in items if isinstance(item, CommentItem)]


@pytest.mark.parametrize("markup", ["<div>", "<b><i>", "<ul><li>", "<table><tr><td>"])
def test_markup_too_deep_is_refused(markup):
    with pytest.raises(ArrivalRefused, match="nested deeper"):
        read((markup * 100_000 + "x").encode())


def test_answers_may_be_nested_as_deep_as_any_page_has_them():
    inner = ""
    for number in range(100, 0, -1):
        inner = comment(number, inner=f"<ol>{inner}</ol>")
    found = comments_of(read(page(inner)))
    assert [item.depth for item in found] == list(range(1, 101))
    assert DEPTH_LIMIT > 5 * 100


def test_a_page_too_large_is_refused():
    with pytest.raises(ArrivalRefused, match="larger than"):
        read(b"<p>" + b"x" * SIZE_LIMIT)


def test_a_huge_attribute_is_left_out():
    tree = parse(f'<p class="{"a " * 100_000}" id=x>word</p>', "page")
    node = next(node for node in tree.nodes if node.tag == "p")
    assert node.attrs == {"id": "x"}


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"\0" * 100, b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"<html></html>", b"<!-- -->"],
)
def test_what_is_no_page_is_refused(data):
    with pytest.raises(ArrivalRefused):
        read(data)


def test_scripts_and_forms_are_in_no_place():
    bad = (
        "<script>alert(1)</script><style>p{}</style><form><input value=x><button>Go</button></form>"
    )
    bad += "<svg><script>alert(2)</script></svg><iframe src='javascript:alert(3)'></iframe>"
    bad += "<img src=x onerror=alert(4)><a href='javascript:alert(5)' onclick=alert(6)>link</a>"
    more = bad + "<textarea>typed</textarea>"
    items = read(page(comment(1, more), comment(2), comment(3), story=STORY + bad + STORY))
    assert len(comments_of(items)) == 3
    for item in items:
        text = repr(item)
        for word in ("alert(", "onerror", "onclick", "javascript", "typed", "<form", "<script"):
            assert word not in text, text


def test_null_bytes_hide_nothing():
    items = read(page(comment(1, "a\0b"), comment(2)))
    assert [item.author for item in comments_of(items)] == ["Reader 1", "Reader 2"]
    assert not any("\0" in repr(item) for item in items)


def test_entities_stay_text():
    [first, _] = comments_of(read(page(comment(1, "&lt;b&gt;&amp;lt;&bogus;&#0;"), comment(2))))
    assert "\\<b>" in first.text


def test_a_page_cut_off_within_a_comment_says_so():
    data = page(comment(1), comment(2))
    cut = data[: data.rindex(b"number 2") + 5]
    *others, last = comments_of(read(cut))
    assert last.cut_off
    assert not any(item.cut_off for item in others)
    assert not any(item.cut_off for item in comments_of(read(data)))


def test_work_grows_with_the_page(monkeypatch):
    """Ten times as many comments take some ten times as many steps."""
    from pennypress.captures.discussions import entries, marks, names, places, words

    def steps(count):
        calls = 0

        def count_calls(function):
            def counted(*arguments):
                nonlocal calls
                calls += 1
                return function(*arguments)

            return counted

        with monkeypatch.context() as patch:
            for module, name in (
                (marks, "is_reply"),
                (marks, "may_hold_date"),
                (names, "is_furniture"),
                (words, "is_furniture"),
                (places, "plain"),
                (entries, "in_prose"),
            ):
                patch.setattr(module, name, count_calls(getattr(module, name)))
            assert len(comments_of(read(page(*map(comment, range(count)))))) == count
        return calls

    assert steps(200) < 15 * steps(20)


def test_mail_addresses_as_names_are_masked():
    data = page(comment(1), comment(2), comment(3)).replace(b"Reader 2", b"jane.doe@mail.example")
    assert [item.author for item in comments_of(read(data))][1] == "ja…@mail.example"


def test_pingbacks_are_no_comments():
    ping = comment(2).replace('class="comment"', 'class="pingback"')
    assert len(comments_of(read(page(comment(1), ping, comment(3))))) == 2


def test_a_removed_comments_place_stays_where_it_was_answered():
    removed = '<li class="comment" id="comment-{n}"><p>[deleted]</p>{inner}</li>'
    items = comments_of(
        read(
            page(
                comment(1),
                removed.format(n=2, inner=f"<ol>{comment(3)}</ol>"),
                removed.format(n=4, inner=""),
                comment(5),
            )
        )
    )
    assert [(item.removed, item.depth) for item in items] == [
        (False, 1),
        (True, 1),
        (False, 2),
        (False, 1),
    ]
    assert items[1].text == ""


def test_the_same_comment_has_the_same_source_id_in_a_later_capture():
    earlier = comments_of(
        read(page(comment(1), comment(2)), address="https://p.example/a?utm_source=x")
    )
    later = comments_of(
        read(page(comment(1), comment(2), comment(3)), address="https://p.example/a#c")
    )
    assert [item.source_id for item in earlier] == [item.source_id for item in later[:2]]
    assert len({item.source_id for item in later}) == 3


def test_fewer_comments_than_claimed_are_doubted():
    items = read(page("<h2>91 comments</h2>", comment(1), comment(2)))
    [doubt] = [item for item in items if isinstance(item, Doubt)]
    assert (doubt.what, doubt.why, doubt.grave) == ("comment", "91 claimed, 2 found", False)


def test_comments_that_are_kept_elsewhere_are_doubted_gravely():
    items = read(page().replace(b"<ol id=comments>", b"<div id=disqus_thread></div><ol>"))
    [doubt] = [item for item in items if isinstance(item, Doubt)]
    assert doubt.grave
    assert "Disqus" in doubt.why


def test_a_meter_needs_figures_that_are_named_and_a_bar():
    bar = "<div class=fund><p>$1,236 raised of $5,800</p></div>"
    [meter] = [item for item in read(page(story=STORY + bar)) if isinstance(item, MeterItem)]
    assert [amount.text for amount in meter.scale] == ["0", "$5,800"]
    assert meter.raised.number == 1236
    for none in (
        "<p>The council raised $1,236 of $5,800 last year.</p>",
        "<div class=donate><a>$5</a> <a>$10</a> <a>$25</a></div>",
        "<div class=petition><p>19,509 signatures of 20,000</p></div>",
    ):
        assert not any(isinstance(item, MeterItem) for item in read(page(story=STORY + none)))


def test_the_story_has_its_pictures_lists_and_links():
    story = (
        '<figure><img src="/lead.jpg" alt="A bridge" width=800><figcaption>The bridge</figcaption>'
        f"</figure>{STORY}<h2>What it cost</h2><ul><li>stone, <b>much</b></li><li>iron</li></ul>"
        f'{STORY}<p>It was built by <a href="/people/anna">Anna</a>, an engineer with two sons.</p>'
    )
    items = read(page(story=story), address="https://paper.example/bridge")
    [page_item] = [item for item in items if isinstance(item, PageItem)]
    [lead] = [item for item in items if isinstance(item, Picture)]
    assert (lead.source, lead.alt, lead.caption, lead.lead) == (
        "https://paper.example/lead.jpg",
        "A bridge",
        "The bridge",
        True,
    )
    kinds = [block.kind for block in page_item.blocks]
    assert kinds.count(BlockKind.HEADING) == 1
    assert BlockKind.LIST in kinds
    assert '<a href="https://paper.example/people/anna">' in page_item.blocks[-1].html
    assert page_item.headline == "The bridge"
    assert page_item.language == "en"


def test_comments_that_are_only_data_are_read():
    data = """{"@type": "Article", "headline": "The bridge", "comment": [
      {"@type": "Comment", "text": "First <b>words</b>", "author": {"name": "Anna"},
       "dateCreated": "2020-05-03T10:00:00Z",
       "comment": {"@type": "Comment", "text": "An answer", "author": {"name": "Bert"}}}]}"""
    head = f'<script type="application/ld+json">{data}</script>'
    first, answer = comments_of(read(page(head=head)))
    assert (first.author, first.text, first.depth) == ("Anna", "First **words**", 1)
    assert (answer.author, answer.parent, answer.depth) == ("Bert", first.source_id, 2)
    assert first.posted.isoformat() == "2020-05-03T10:00:00+00:00"


def test_author_and_date_stand_below_the_headline():
    byline = "<p class=byline>By Carla Venn, 1 March 2019, 9:30 am</p>"
    [item, *_] = read(page(comment(1), comment(2), story=byline + STORY))
    assert item.bylines == ("Carla Venn",)
    assert item.published.isoformat() == "2019-03-01T09:30:00+00:00"
    assert "Carla" not in " ".join(item.paragraphs)


def test_a_list_of_stories_is_doubted_gravely():
    teasers = "".join(
        f"<article><h2><a href=/{n}>Story number {n} of the day</a></h2><p>What it says, in short, "
        f"about the bridge and the river, number {n}.</p></article>"
        for n in range(8)
    )
    items = read(f"<html><title>Paper</title><main>{teasers}</main></html>".encode())
    assert any(item.grave for item in items if isinstance(item, Doubt))
    assert not comments_of(items)
