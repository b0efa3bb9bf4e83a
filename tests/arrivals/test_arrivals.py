"""Arrivals as a newsroom meets them: what a capture says, the served page and the API say."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, event, given, settings

from pennypress.accountability.checks import run_checks
from pennypress.arrivals.actions import ArrivalReport, ImportOptions, receive
from pennypress.arrivals.models import Arrival
from pennypress.discussion.actions import carry_over_comments
from pennypress.discussion.declarations import open_words
from pennypress.discussion.models import Comment
from pennypress.formats.items import ArrivalRefused
from pennypress.foundation.hygiene import take_as_is
from pennypress.funding.models import Campaign, FundSettings, Transfer
from pennypress.funding.money import exponent
from pennypress.record.models import Entry
from pennypress.stories.models import StoryPage
from tests.captures.captures import Capture, TrueMeter, Truth, captures
from tests.conftest import SHARED
from tests.discussion.reading import Element, read_page, walk

pytestmark = pytest.mark.django_db

MISSION = SHARED / "mission" / "captured-page.txt"
# What each sign of the made-up captures is taken for, when the operator is asked.
SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "kr": "SEK", "USD": "USD", "₽": "RUB", "₪": "ILS",
    "¥": "JPY", "zł": "PLN", "CHF": "CHF", "R$": "BRL", "₹": "INR",
}  # fmt: skip

METER = "0 $\n2,350 $\n4,700 $\n789 $\n\n"
HEADLINE = "The lamp on Gannet Head is lit again"
STORY = """\
The lamp was lit on Monday at dusk, for the first time since the keeper left.

“I only changed a fuse,” the harbour master said on Tuesday morning.
"""
APPEAL = "Do you read us often? Help us stay independent.\n"
THREE_COMMENTS = """\
  • Marigold Pryce

    I saw it from the ferry.

    • old_salt_77

      So did I, and I was asleep.

  • Ask me tomorrow

    It is too bright for the gulls.
"""
MORE_COMMENTS = """\

    • The Quiet Ferryman

      The gulls have not complained to me.

  • J. R. Tolland

    What does a fuse cost these days?
"""


def write_capture(
    folder: Path,
    *,
    name: str = "page.txt",
    meter: str = METER,
    headline: str = HEADLINE,
    appeal: str = APPEAL,
    comments: str = THREE_COMMENTS,
) -> Path:
    """Write a captured page of our own into a file; an empty part is left out."""
    parts = [meter, headline, "\n\n\n", headline, "\n\n", STORY]
    parts += ["\n\n", appeal] if appeal else []
    parts += ["\n", comments] if comments else []
    file = folder / name
    file.write_text("".join(parts), encoding="utf-8")
    return file


def count_rows() -> dict[str, int]:
    """How many rows every table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def words_of(element: Element) -> str:
    """A comment's words as they were written: paragraphs apart, lines broken."""
    paragraphs = []
    for paragraph in element.elements:
        assert paragraph.tag == "p", f"<{paragraph.tag}> in the words of a carried-over comment"
        paragraphs.append(lines_of(paragraph))
    return "\n\n".join(paragraphs)


def lines_of(paragraph: Element) -> str:
    """A paragraph's words, with its line breaks."""
    return "".join(part if isinstance(part, str) else "\n" for part in paragraph.children)


def tree_on(page: Element) -> list[tuple[int, str | None, str]]:
    """The discussion on a page in reading order: each comment's depth, name and words."""
    found: list[tuple[int, str | None, str]] = []

    def read(items: Element, depth: int) -> None:
        for item in items.elements:
            article, *rest = item.elements
            names = [name.text for name in article.all(itemprop="name")]
            assert len(names) <= 1
            words = words_of(article.one(itemprop="text"))
            found.append((depth, names[0] if names else None, words))
            for below in rest:
                if below.tag == "ol":
                    read(below, depth + 1)

    for thread in page.one(id="discussion").all("ol", class_="thread"):
        read(thread, 1)
    return found


def tree_in_api(reader: Client, url: str) -> list[tuple[int, str | None, str]]:
    """The same from the API."""
    story = reader.get("/api/v1/stories", {"url": url}).json()["id"]
    return [
        (comment["depth"], (comment["author"] or {}).get("name"), comment["text"])
        for comment in walk(reader, story)
    ]


def true_tree(truth: Truth) -> list[tuple[int, str | None, str]]:
    """What both must show. Characters that show nothing are left out of words and names."""
    return [
        (
            comment.depth,
            (take_as_is(comment.author, multiline=False) or None) if comment.author else None,
            take_as_is(comment.text),
        )
        for comment in truth.comments
    ]


def minor(number: Decimal, currency: str) -> int:
    return int(number * 10 ** exponent(currency))


def sums_in(region: Element) -> list[str]:
    """The sums on a meter's scale, with plain spaces."""
    return [data.text.replace("\N{NO-BREAK SPACE}", " ") for data in region.all("data")]


def figures_of(text: str) -> Decimal:
    """The number in a sum that an English page shows."""
    return Decimal(re.sub(r"[^0-9.]", "", text.rsplit("\N{NO-BREAK SPACE}", 1)[0]))


# ── What a capture says, the page and the API say ──────────────────────────────────────────────


@given(capture=captures())
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_capture_is_served_as_it_was(capture: Capture, site, reader, tmp_path):
    file = tmp_path / "page.txt"
    file.write_bytes(capture.text.encode())
    truth = capture.truth
    currency = SIGNS[truth.meter.symbol] if truth.meter else None
    event(f"meter: {currency}")
    with transaction.atomic():
        if truth.meter and truth.meter.raised % 1 and exponent(currency) == 0:
            before = count_rows()
            with pytest.raises(ArrivalRefused, match="decimals"):
                receive([file], ImportOptions(currency=currency))
            assert count_rows() == before
            return
        report = receive([file], ImportOptions(currency=currency))
        url = str(report.stories[0]["url"])
        page = read_page(reader, url)
        check_story(page, truth)
        check_parts(page, reader, truth, currency)
        expected = true_tree(truth)
        assert tree_on(page) == expected
        assert tree_in_api(reader, url) == expected
        assert report.found["comments"] == report.made["comments"] == len(expected)
        assert report.held == 0
        assert len(list(page.all("p", class_="cut-off"))) == truth.cut_off
        check_again(file, currency)
        transaction.set_rollback(True)


def check_story(page: Element, truth: Truth) -> None:
    """The headline stands once on the page, as its one `h1`; the paragraphs are paragraphs."""
    main = page.one("main")
    assert [h1.text for h1 in page.all("h1")] == [truth.headline]
    assert main.one(itemprop="headline").text == truth.headline
    assert [element.text for element in main.all() if not element.elements].count(
        truth.headline
    ) == 1
    body = main.one(itemprop="articleBody")
    assert all(element.tag == "p" for element in body.elements)
    assert tuple(map(lines_of, body.elements)) == tuple(map(take_as_is, truth.paragraphs))


def check_parts(page: Element, reader: Client, truth: Truth, currency: str | None) -> None:
    """Meter, appeal and picture: there when the capture has them, absent when it has not."""
    if truth.meter:
        assert currency
        check_meter(page, reader, truth.meter, currency)
    else:
        assert list(page.all(id="meter")) == list(page.all("meter")) == []
        assert reader.get("/api/v1/funding").json() == {"campaigns": []}
    appeals = list(page.all(id="appeal"))
    assert len(appeals) == (truth.appeal is not None)
    if truth.appeal:
        assert appeals[0].one("h2").text == truth.appeal
        assert any(a.attributes["href"] == "/give/" for a in appeals[0].all("a"))
    assert list(page.one("main").all("figure")) == list(page.one("main").all("img")) == []


def check_meter(page: Element, reader: Client, meter: TrueMeter, currency: str) -> None:
    goal = meter.scale[-1]
    region = page.one(id="meter")
    gauge = region.one("meter")
    assert Decimal(gauge.attributes["min"]) == 0
    assert Decimal(gauge.attributes["max"]) == goal
    assert Decimal(gauge.attributes["value"]) == min(meter.raised, goal)
    middle = Decimal(minor(goal, currency) // 2) * goal / minor(goal, currency)  # of whole units
    assert [figures_of(data.text) for data in region.all("data")] == [0, middle, goal]
    assert figures_of(region.one("b").text) == meter.raised
    (campaign,) = reader.get("/api/v1/funding").json()["campaigns"]
    wanted = {
        "currency": currency,
        "goal": minor(goal, currency),
        "raised": minor(meter.raised, currency),
        "carried_over": minor(meter.raised, currency),
        "contributors": 0,
        "main": True,
    }
    assert wanted.items() <= campaign.items()


def check_again(file: Path, currency: str | None) -> None:
    """The same file once more makes nothing: no row in any table, no line in the record."""
    before = count_rows()
    again = receive([file], ImportOptions(currency=currency))
    assert set(again.made.values()) == {0}
    assert again.held == 0
    assert count_rows() == before


def test_a_page_of_all_parts(site, reader, tmp_path):
    report = receive([write_capture(tmp_path)])
    page = read_page(reader, str(report.stories[0]["url"]))
    assert page.one("h1").text == HEADLINE
    assert len(page.one(itemprop="articleBody").elements) == 2
    assert page.one("meter").attributes == {
        "min": "0", "max": "4700", "value": "789", "aria-labelledby": "meter-sum",
    }  # fmt: skip
    assert sums_in(page.one(id="meter")) == ["0 $", "2,350 $", "4,700 $"]
    assert page.one(id="appeal").one("h2").text == APPEAL.strip()
    assert [(depth, name) for depth, name, _text in tree_on(page)] == [
        (1, "Marigold Pryce"),
        (2, "old_salt_77"),
        (1, "Ask me tomorrow"),
    ]
    assert "date not in the capture" in page.one("main").text
    assert not list(page.all(itemprop="dateCreated"))
    assert not list(page.all(itemprop="datePublished"))


def test_what_a_capture_has_not_the_page_has_not(site, reader, tmp_path):
    report = receive([write_capture(tmp_path, meter="", appeal="", comments="")])
    page = read_page(reader, str(report.stories[0]["url"]))
    for part in ("meter", "appeal"):
        assert not list(page.all(id=part))
    assert not list(page.all("figure"))
    assert tree_on(page) == []
    assert "No comments yet" in page.one(id="discussion").text


def test_a_page_without_a_meter_shows_the_sites_own(site, campaign, reader, tmp_path):
    report = receive([write_capture(tmp_path, meter="", appeal="")])
    page = read_page(reader, str(report.stories[0]["url"]))
    assert page.one("meter").attributes["max"] == "4700"
    assert not list(page.all(id="appeal"))  # the campaign has no words of appeal


def test_the_api_finds_a_story_by_its_address_in_any_script(site, reader, tmp_path):
    report = receive([write_capture(tmp_path, headline="العبّارة القديمة تعود إلى الميناء")])
    address = str(report.stories[0]["url"])
    for url in (address, unquote(address)):
        answer = reader.get("/api/v1/stories", {"url": url})
        assert answer.status_code == 200, url


# ── Again, and later ───────────────────────────────────────────────────────────────────────────


def test_a_second_run_leaves_no_trace(site, tmp_path):
    file = write_capture(tmp_path)
    first = receive([file])
    before = count_rows()
    again = receive([file])
    assert set(again.made.values()) == {0}
    assert again.found == first.found
    assert again.arrival == first.arrival
    assert again.stories == first.stories
    assert count_rows() == before


def test_a_later_longer_capture_adds_its_new_comments_alone(site, reader, tmp_path):
    receive([write_capture(tmp_path)])
    known = dict(Comment.objects.values_list("pk", "path"))
    later = write_capture(tmp_path, name="later.txt", comments=THREE_COMMENTS + MORE_COMMENTS)
    report = receive([later])
    assert report.made == {"stories": 0, "comments": 2, "sums": 0, "images": 0}
    assert known.items() <= dict(Comment.objects.values_list("pk", "path")).items()
    url = str(report.stories[0]["url"])
    expected = [
        (1, "Marigold Pryce"),
        (2, "old_salt_77"),
        (1, "Ask me tomorrow"),
        (2, "The Quiet Ferryman"),
        (1, "J. R. Tolland"),
    ]
    assert [row[:2] for row in tree_on(read_page(reader, url))] == expected
    assert [row[:2] for row in tree_in_api(reader, url)] == expected


def test_a_comment_that_was_cut_off_is_completed_by_a_later_capture(site, reader, tmp_path):
    whole = THREE_COMMENTS + MORE_COMMENTS
    cut = whole[: whole.index("to me.")] + "…"
    first = receive([write_capture(tmp_path, comments=cut)])
    url = str(first.stories[0]["url"])
    assert len(list(read_page(reader, url).all("p", class_="cut-off"))) == 1
    number = Comment.objects.get(cut_off=True).pk
    later = receive([write_capture(tmp_path, name="later.txt", comments=whole)])
    assert later.made["comments"] == 1  # J. R. Tolland's, which the first capture had not
    page = read_page(reader, url)
    assert not list(page.all("p", class_="cut-off"))
    assert tree_on(page)[3] == (2, "The Quiet Ferryman", "The gulls have not complained to me.")
    assert Comment.objects.get(pk=number).text == "The gulls have not complained to me."
    entries = Entry.objects.filter(subject=f"comment:{number}").order_by("index")
    assert [entry.kind for entry in entries] == ["comment.posted", "comment.completed"]
    opened = {index: words for index, _, words in open_words(range(Entry.objects.count()))}
    assert entries[0].index not in opened
    assert b"have not complained" in opened[entries[1].index]
    assert {finding.name: finding.problems for finding in run_checks() if finding.problems} == {}
    for file in ("page.txt", "later.txt"):
        assert set(receive([tmp_path / file]).made.values()) == {0}
    assert Entry.objects.filter(kind="comment.completed").count() == 1


def test_a_comment_that_is_completed_twice_says_what_the_last_entry_says(site, tmp_path):
    whole = THREE_COMMENTS.rstrip()
    for number, end in enumerate(("too…", "too bright for…", "too bright for the gulls.")):
        words = whole[: whole.index("too bright")] + end
        report = receive([write_capture(tmp_path, name=f"{number}.txt", comments=words)])
        assert report.completed == (number > 0)
    entries = list(Entry.objects.filter(kind="comment.completed").values_list("index", flat=True))
    assert len(entries) == 2
    opened = [index for index, _, _ in open_words(range(Entry.objects.count()))]
    assert entries[1] in opened
    assert entries[0] not in opened
    assert [index for index, _, _ in open_words(range(entries[0] + 1))].count(entries[0]) == 0


def test_the_word_list_stops_the_rest_of_a_comment(site, tmp_path):
    cut = THREE_COMMENTS[: THREE_COMMENTS.index("for the gulls")] + "…"
    options = ImportOptions(hold_flagged=True)
    receive([write_capture(tmp_path, comments=cut)], options)
    later = THREE_COMMENTS.replace("for the gulls", "for you idiots")
    report = receive([write_capture(tmp_path, name="later.txt", comments=later)], options)
    assert report.completed == 0
    assert not Comment.objects.filter(text__contains="idiots").exists()


def test_other_words_are_another_comment(site, tmp_path):
    cut = THREE_COMMENTS.rstrip().removesuffix("the gulls.") + "the…"
    receive([write_capture(tmp_path, comments=cut)])
    later = THREE_COMMENTS.replace("It is too bright", "Is it too bright")
    report = receive([write_capture(tmp_path, name="later.txt", comments=later)])
    assert report.made["comments"] == 1
    assert Comment.objects.filter(cut_off=True).count() == 1


def test_an_arrival_is_one_line_of_the_record(site, tmp_path):
    receive([write_capture(tmp_path)])
    kinds = Counter(Entry.objects.values_list("kind", flat=True))
    assert kinds["arrival.finished"] == 1
    assert kinds["story.published"] == 1
    assert kinds["comment.posted"] == 3
    assert kinds["sum.carried"] == 1


def test_a_file_that_cannot_be_taken_in_stops_no_other(site, tmp_path):
    write_capture(tmp_path, name="a.txt")
    (tmp_path / "b.txt").write_text('{"not": "a capture"}')
    write_capture(tmp_path, name="c.txt", headline="Another lamp is dark", comments="")
    report = receive([tmp_path])
    assert report.made["stories"] == 2
    assert [row["what"] for row in report.skipped if row["what"].endswith(".txt")] == ["b.txt"]
    assert len(report.refused) == 1
    before = count_rows()
    with pytest.raises(ArrivalRefused, match=r"b\.txt"):
        receive([tmp_path / "b.txt"])
    assert count_rows() == before


def test_hold_flagged_holds_what_the_word_list_marks(site, reader, tmp_path):
    words = THREE_COMMENTS.replace("It is too bright", "You idiots, it is too bright")
    report = receive([write_capture(tmp_path, comments=words)], ImportOptions(hold_flagged=True))
    assert report.held == 1
    url = str(report.stories[0]["url"])
    expected = ["Marigold Pryce", "old_salt_77"]
    assert [name for _depth, name, _text in tree_on(read_page(reader, url))] == expected
    assert [name for _depth, name, _text in tree_in_api(reader, url)] == expected
    held = Comment.objects.get(state="held")
    assert "idiots" in held.decisions.get().why
    again = receive([tmp_path / "page.txt"], ImportOptions(hold_flagged=True))
    assert (again.held, set(again.made.values())) == (0, {0})


def test_without_hold_flagged_nothing_is_held(site, settings, tmp_path):
    settings.FIRST_COMMENTS = "hold-all"  # a policy for readers, not for arrivals
    words = THREE_COMMENTS.replace("It is too bright", "You idiots, it is too bright")
    assert receive([write_capture(tmp_path, comments=words)]).held == 0
    assert set(Comment.objects.values_list("state", flat=True)) == {"visible"}


# ── Sums ───────────────────────────────────────────────────────────────────────────────────────


def fund(reader: Client) -> list[dict]:
    return reader.get("/api/v1/funding").json()["campaigns"]


def test_the_first_meter_makes_the_main_campaign(site, reader, tmp_path):
    receive([write_capture(tmp_path)])
    (campaign,) = fund(reader)
    assert campaign["main"]
    assert (campaign["goal"], campaign["raised"], campaign["currency"]) == (470_000, 78_900, "USD")
    assert figures_of(read_page(reader, "/").one(id="meter").one("b").text) == 789
    (entry,) = reader.get("/api/v1/funding/entries").json()["entries"]
    assert (entry["kind"], entry["amount"]) == ("carried-over", 78_900)
    assert entry["credit"] == f"income:carried-over:{campaign['slug']}"


def test_another_page_with_the_same_meter_does_not_count_twice(site, reader, tmp_path):
    receive([write_capture(tmp_path)])
    later = write_capture(
        tmp_path,
        name="later.txt",
        headline="Another lamp is dark",
        meter=METER.replace("789", "1,020"),
        comments="",
    )
    report = receive([later])
    assert report.made["sums"] == 0
    assert [campaign["raised"] for campaign in fund(reader)] == [78_900]
    (told,) = [row for row in report.skipped if "sum" in row["what"]]
    assert "1,020" in told["what"]
    assert "789" in told["why"]
    assert Transfer.objects.count() == 1


def test_another_goal_is_a_campaign_of_its_own_on_its_story_alone(site, reader, tmp_path):
    first = receive([write_capture(tmp_path)])
    other = receive(
        [
            write_capture(
                tmp_path,
                name="other.txt",
                headline="Another lamp is dark",
                meter="0 $\n500 $\n1,000 $\n20 $\n\n",
            )
        ]
    )
    assert [(c["goal"], c["raised"], c["main"]) for c in fund(reader)] == [
        (470_000, 78_900, True),
        (100_000, 2_000, False),
    ]
    for url, goal in (
        (first.stories[0]["url"], "4700"),
        (other.stories[0]["url"], "1000"),
        ("/", "4700"),
        ("/news/", "4700"),
    ):
        assert read_page(reader, str(url)).one("meter").attributes["max"] == goal


def test_a_dollar_sign_on_a_site_in_euro_asks_which_dollar(site, reader, tmp_path):
    FundSettings.objects.update(currency="EUR")
    file = write_capture(tmp_path)
    before = count_rows()
    with pytest.raises(ArrivalRefused, match="--currency"):
        receive([file])
    assert count_rows() == before
    receive([file], ImportOptions(currency="CAD"))
    assert [campaign["currency"] for campaign in fund(reader)] == ["CAD"]


def test_sums_as_the_continent_writes_them(site, reader, tmp_path):
    meter = "€ 0,00\n€ 1.234,50\n€ 2.469,00\n€ 300,05\n\n"
    report = receive([write_capture(tmp_path, meter=meter)])
    (campaign,) = fund(reader)
    assert (campaign["currency"], campaign["goal"], campaign["raised"]) == ("EUR", 246_900, 30_005)
    region = read_page(reader, str(report.stories[0]["url"])).one(id="meter")
    assert region.one("meter").attributes["value"] == "300.05"
    assert sums_in(region) == ["0 €", "1,234.50 €", "2,469 €"]


@pytest.mark.parametrize(
    ("meter", "why"),
    [
        ("0 $\n-5 $\n10 $\n3 $\n\n", "-5"),
        ("0 $\n1e9 $\n2e9 $\n5 $\n\n", "powers of ten"),
        ("0 $\n50 €\n100 $\n20 $\n\n", "mix"),
        ("0 ¥\n50 ¥\n100 ¥\n20.50 ¥\n\n", "decimals"),
    ],
)
def test_sums_that_nobody_can_have_meant_refuse_the_page(site, tmp_path, meter, why):
    before = count_rows()
    with pytest.raises(ArrivalRefused, match=re.escape(why)):
        receive(
            [write_capture(tmp_path, meter=meter)],
            ImportOptions(currency="JPY" if "¥" in meter else None),
        )
    assert count_rows() == before


# ── What is refused, and what is only tried ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\n \n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 50,
        b'{"posts": [{"title": "x"}]}',
        b"<?xml version='1.0'?><rss><channel><item/></channel></rss>",
        b"<!doctype html><html><body><p> </p></body></html>",
        b"a;b;c\n1;2;3\n4;5;6\n",
        b"one line alone",
    ],
    ids=["empty", "blank", "picture", "json", "xml", "html", "table", "one line"],
)
def test_what_is_no_capture_is_refused_and_nothing_is_written(site, tmp_path, data):
    file = tmp_path / "page.txt"
    file.write_bytes(data)
    before = count_rows()
    with pytest.raises(ArrivalRefused) as refusal:
        receive([file])
    assert "page.txt" in refusal.value.where
    assert count_rows() == before


def test_an_arrival_that_was_interrupted_goes_on_where_it_was(site, reader, tmp_path, monkeypatch):
    file = write_capture(tmp_path, comments=THREE_COMMENTS + MORE_COMMENTS)
    turns = []

    def fail_at_the_third(*given):
        turns.append(given)
        if len(turns) == 3:
            raise RuntimeError("the disk is full")
        return carry_over_comments(*given)

    with monkeypatch.context() as patched:
        patched.setattr("pennypress.arrivals.comments.carry_over_comments", fail_at_the_third)
        patched.setattr("pennypress.arrivals.pace.FIRST", 1)
        patched.setattr("pennypress.arrivals.pace.MOST", 1)
        patched.setattr("pennypress.arrivals.pace.LEAST", 1)
        with pytest.raises(RuntimeError, match="the disk is full"):
            receive([file])
    assert Comment.objects.count() == 2
    assert Arrival.objects.get().finished is None
    assert "arrival.finished" not in set(Entry.objects.values_list("kind", flat=True))
    report = receive([file])
    assert report.made == {"stories": 0, "comments": 3, "sums": 0, "images": 0}
    assert Arrival.objects.get().finished is not None
    url = str(report.stories[0]["url"])
    assert [row[:2] for row in tree_on(read_page(reader, url))] == [
        (1, "Marigold Pryce"),
        (2, "old_salt_77"),
        (1, "Ask me tomorrow"),
        (2, "The Quiet Ferryman"),
        (1, "J. R. Tolland"),
    ]
    assert set(receive([file]).made.values()) == {0}


def test_a_dry_run_reports_and_writes_nothing(site, tmp_path):
    before = count_rows()
    file = write_capture(tmp_path)
    foretold = receive([file], ImportOptions(dry_run=True))
    assert foretold.made == {"stories": 1, "comments": 3, "sums": 1, "images": 0}
    assert count_rows() == before
    made = receive([file])
    for name in ("stories", "found", "made", "held", "doubts"):
        assert getattr(foretold, name) == getattr(made, name), name
    again = receive([file], ImportOptions(dry_run=True))
    assert set(again.made.values()) == {0}


def test_what_arrived_passes_the_sites_own_checks(site, tmp_path):
    receive([write_capture(tmp_path)])
    assert {finding.name: finding.problems for finding in run_checks() if finding.problems} == {}


def test_the_report_is_plain_json(site, tmp_path):
    report = receive([write_capture(tmp_path)])
    said = json.loads(json.dumps(report.as_json()))
    assert said["kind"] == "capture"
    assert said["found"] == {"stories": 1, "comments": 3, "sums": 1, "images": 0}
    (story,) = said["stories"]
    assert story.keys() == {"url", "title", "source_id", "comments"}
    assert (story["title"], story["comments"]) == (HEADLINE, 3)


# ── The page that this began with ──────────────────────────────────────────────────────────────


@pytest.fixture
def real(site) -> ArrivalReport:
    if not MISSION.exists():
        pytest.skip("the captured page is not beside this checkout")
    return receive([MISSION])


def test_the_real_page_is_served_whole(real, reader):
    url = str(real.stories[0]["url"])
    page = read_page(reader, url)
    headline = str(real.stories[0]["title"])
    assert page.one("h1").text == headline
    assert page.one("h1").attributes["itemprop"] == "headline"
    text = page.one("main").text
    assert text.count(headline) == 1
    body = page.one(itemprop="articleBody")
    assert [element.tag for element in body.elements] == ["p"] * 6
    assert page.one(id="appeal").one("h2").text == "Do you like this content? Consider helping us!"
    assert not list(page.one("main").all("img"))
    assert {"what": "the lead picture", "why": "image not in the capture"} in real.skipped
    assert page.one("meter").attributes["value"] == "789"
    assert sums_in(page.one(id="meter")) == ["0 $", "2,350 $", "4,700 $"]


@pytest.mark.parametrize("where", ["page", "api"])
def test_the_real_pages_discussion_keeps_its_shape(real, reader, where):
    url = str(real.stories[0]["url"])
    tree = tree_on(read_page(reader, url)) if where == "page" else tree_in_api(reader, url)
    assert len(tree) == 21
    assert Counter(depth for depth, _name, _text in tree) == {1: 9, 2: 7, 3: 4, 4: 1}
    names = [name for _depth, name, _text in tree if name]
    assert (len(names), len(set(names))) == (17, 15)
    assert all(text.strip() for _depth, _name, text in tree)


def test_the_real_pages_fund(real, reader):
    (campaign,) = fund(reader)
    assert (campaign["goal"], campaign["raised"], campaign["main"]) == (470_000, 78_900, True)
    assert Campaign.objects.count() == StoryPage.objects.count() == 1
