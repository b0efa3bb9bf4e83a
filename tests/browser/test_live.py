"""A page that is open while others write and give: what happens on it, and what it asks for."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.cli.command import Site
from tests.delivery.streams import wait_for

from .counting import Counter, counting
from .places import ARABIC, CROWDED, STORY
from .visitor import Visitor, send_visitor

BUTTON = "#discussion .arrived button"

# Stands in for a reader who turns to another tab: a browser without a screen shows all its tabs.
_TURN = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def hide(page: Page) -> None:
    page.evaluate(_TURN, "hidden")


def show(page: Page) -> None:
    page.evaluate(_TURN, "visible")


@dataclass
class Paper:
    """A copy of the demo that publishes what readers write at once, behind a counter of streams."""

    site: Site
    counter: Counter

    @property
    def address(self) -> str:
        return self.counter.address

    def number_of(self, story: str) -> int:
        with urllib.request.urlopen(f"{self.address}/api/v1/stories?url={story}") as answer:
            return json.load(answer)["id"]

    def say(self, story: str, text: str, parent: int | None = None) -> int:
        """Write a comment, as another reader; return its number."""
        body = {"name": "Somebody Else", "text": text, "parent": parent}
        request = urllib.request.Request(
            f"{self.address}/api/v1/stories/{self.number_of(story)}/comments",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201
            return json.load(answer)["id"]

    def give(self, amount: int) -> None:
        self.site.must("gift", str(amount), "USD")


@pytest.fixture(scope="module")
def paper(demo, tmp_path_factory) -> Iterator[Paper]:
    site = demo.site.copy_in_use(tmp_path_factory.mktemp("paper") / "site")
    with (
        site.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served,
        counting(served.address) as counter,
    ):
        yield Paper(site, counter)


@pytest.fixture
def read(paper, chromium) -> Iterator[Callable[..., Visitor]]:
    """Open a page of the paper in a browser of its own; it listens when this returns."""
    readers: list[Visitor] = []

    def open_page(path: str, **options) -> Visitor:
        reader = send_visitor(chromium, paper.address, **options)
        readers.append(reader)
        asked = len(paper.counter.asked)
        reader.open(path)
        wait_for(lambda: len(paper.counter.asked) > asked and paper.counter.streams > 0)
        return reader

    yield open_page
    for reader in readers:
        reader.page.context.close()
    assert [problem for reader in readers for problem in reader.problems] == []
    wait_for(lambda: paper.counter.streams == 0)


def count_of(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#discussion-title").inner_text()))


def first_comment(page: Page) -> int:
    """The number of the first comment of the page that can be answered."""
    link = page.locator("#discussion li:has(> article a[data-reply])").first.get_attribute("id")
    assert link
    return int(link.removeprefix("comment-"))


# ── Comments ───────────────────────────────────────────────────────────────────────────────────


def test_others_comments_wait_behind_a_button_and_then_stand_in_their_places(paper, read):
    page = read(STORY).page
    before = count_of(page)
    answered = first_comment(page)
    last = page.locator("#discussion ol.thread > li").last
    last.scroll_into_view_if_needed()
    place = last.bounding_box()
    reply = paper.say(STORY, "An answer, while you read.", parent=answered)
    thread = paper.say(STORY, "Something else, while you read.")
    expect(page.locator(BUTTON)).to_have_text("2 new comments")
    expect(page.locator("#discussion-title")).to_have_text(f"{before + 2} comments")
    assert last.bounding_box() == place, "the page moved under the reader's eyes"
    assert page.locator(f"#comment-{reply}, #comment-{thread}").count() == 0
    assert page.locator("#discussion .arrived").get_attribute("role") == "status"

    page.keyboard.press("Home")
    page.locator(BUTTON).click()
    written = page.locator(f"#comment-{answered} > ol > li#comment-{reply}")
    expect(written).to_contain_text("An answer, while you read.")
    expect(page.locator(f"ol.thread > li#comment-{thread}")).to_be_visible()
    expect(page.locator(BUTTON)).to_have_count(0)
    expect(page.locator(f"#comment-{reply}")).to_be_focused()
    assert count_of(page) == before + 2
    order = "els => els.map((e) => e.id)"
    shown = page.locator("#discussion li[id^=comment-]").evaluate_all(order)
    page.reload()
    assert shown == page.locator("#discussion li[id^=comment-]").evaluate_all(order)


def test_an_answer_from_before_the_news_is_asked_for_again(paper, read):
    page = read(STORY).page
    answered = first_comment(page)
    asked: list[str] = []
    with urllib.request.urlopen(f"{paper.address}{STORY}discussion/?order=oldest") as answer:
        before = answer.read()

    def hand_out_the_one_before(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) < 3:
            return route.fulfill(body=before, content_type="text/html; charset=utf-8")
        return route.continue_()

    page.route(re.compile(r"/discussion/\?order="), hand_out_the_one_before)
    reply = paper.say(STORY, "An answer to a slow page.", parent=answered)
    page.locator(BUTTON).click()
    written = page.locator(f"#comment-{answered} > ol > li#comment-{reply}")
    expect(written).to_contain_text("An answer to a slow page.")
    assert len(asked) == 3
    assert page.url == f"{paper.address}{STORY}"


def test_what_is_removed_again_is_no_news_and_counts_no_more(paper, read, chromium):
    page = read(STORY).page
    before = count_of(page)
    author = send_visitor(chromium, paper.address)
    author.open(f"{STORY}discussion/reply/")
    author.page.fill("textarea[name=text]", "I should not say this.")
    author.page.fill("input[name=name]", "Hasty")
    author.page.click("form[data-reply-form] button[type=submit]")
    expect(page.locator(BUTTON)).to_have_text("1 new comment")
    expect(author.page.locator("li[data-focus]")).to_be_visible()  # it has left the form
    author.open("/me/comments/")
    author.page.click("main ul a")
    author.page.click("main form button[type=submit]")
    expect(page.locator(BUTTON)).to_have_count(0)
    assert count_of(page) == before
    author.page.context.close()


def test_where_its_place_is_not_on_the_page_the_button_leads_to_it(paper, read):
    page = read(CROWDED).page
    answered = first_comment(page)
    deep = [answered]
    for level in range(3):
        deep.append(paper.say(CROWDED, f"Level {level}.", parent=deep[-1]))
    expect(page.locator(BUTTON)).to_have_text("3 new comments")
    page.locator(BUTTON).click()
    page.wait_for_url("**/discussion/?order=newest#discussion")
    number = paper.say(CROWDED, "Deeper still.", parent=deep[-1])
    expect(page.locator(BUTTON)).to_have_text("1 new comment")
    page.locator(BUTTON).click()
    page.wait_for_url(f"**/discussion/{number}/#comment-{number}")
    expect(page.locator(f"#comment-{number}")).to_contain_text("Deeper still.")


def test_a_comment_of_ones_own_is_no_news(paper, read):
    page = read(STORY).page
    before = count_of(page)
    page.locator("#discussion .write a[data-reply]").click()
    page.fill(".inplace textarea", "My own words.")
    page.fill(".inplace input[name=name]", "Me")
    page.click(".inplace button[type=submit]")
    expect(page.locator("#discussion li:focus")).to_contain_text("My own words.")
    expect(page.locator("#discussion-title")).to_have_text(f"{before + 1} comments")
    assert page.locator(BUTTON).count() == 0
    paper.say(STORY, "Not yours.")
    expect(page.locator(BUTTON)).to_have_text("1 new comment")


def test_the_words_are_those_of_the_page(paper, read):
    page = read(ARABIC).page
    paper.say(ARABIC, "كلمة.")
    paper.say(ARABIC, "كلمة أخرى.")
    expect(page.locator(BUTTON)).to_have_text("تعليقان جديدان")
    button, window = page.locator(BUTTON).bounding_box(), page.viewport_size
    assert button
    assert window
    assert 0 <= button["x"] <= button["x"] + button["width"] <= window["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_can_be_read_and_pressed_by_all(paper, read, scheme):
    reader = read(STORY, color_scheme=scheme, viewport={"width": 360, "height": 740})
    paper.say(STORY, f"In the {scheme}.")
    expect(reader.page.locator(BUTTON)).to_be_visible()
    assert reader.check_accessibility() == []
    assert reader.check_width() == []
    reader.page.locator(BUTTON).focus()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("li:focus")).to_contain_text(f"In the {scheme}.")


# ── The meter ──────────────────────────────────────────────────────────────────────────────────


def test_a_gift_moves_the_meter_of_open_pages_and_no_focus(paper, read):
    english, arabic = read(STORY).page, read(ARABIC).page
    before = float(english.locator("#meter meter").get_attribute("value") or "nan")
    english.locator("#meter a.button").focus()
    paper.give(31)
    for page in (english, arabic):
        expect(page.locator("#meter meter")).to_have_attribute("value", f"{before + 31:g}")
    expect(english.locator("#meter .sum b")).to_contain_text(f"{before + 31:,g}")
    expect(english.locator("#meter a.button")).to_be_focused()


# ── Connections ────────────────────────────────────────────────────────────────────────────────


def another_tab(context: BrowserContext, paper: Paper, path: str) -> Page:
    page = context.new_page()
    page.goto(f"{paper.address}{path}")
    return page


def test_tabs_share_one_stream_and_another_takes_over_when_its_tab_goes(paper, read):
    first = read(STORY).page
    second = another_tab(first.context, paper, CROWDED)
    third = another_tab(first.context, paper, STORY)
    paper.say(CROWDED, "For the second.")
    paper.say(STORY, "For the first and third.")
    for page in (first, second, third):
        expect(page.locator(BUTTON)).to_have_text("1 new comment")
    assert paper.counter.streams == 1
    first.close()
    wait_for(lambda: paper.counter.streams == 1)
    paper.say(CROWDED, "For the second again.")
    paper.say(STORY, "For the third again.")
    for page in (second, third):
        expect(page.locator(BUTTON)).to_have_text("2 new comments")
    assert paper.counter.streams == 1


def test_a_tab_out_of_sight_listens_to_nothing_and_then_learns_what_it_missed(paper, read):
    page = read(STORY).page
    hide(page)
    wait_for(lambda: paper.counter.streams == 0)
    paper.say(STORY, "You were away.")
    paper.give(1)
    expected = float(page.locator("#meter meter").get_attribute("value") or "nan") + 1
    show(page)
    expect(page.locator(BUTTON)).to_have_text("1 new comment")
    expect(page.locator("#meter meter")).to_have_attribute("value", f"{expected:g}")
    hide(page)
    wait_for(lambda: paper.counter.streams == 0)
    show(page)
    wait_for(lambda: paper.counter.streams == 1)
    expect(page.locator(BUTTON)).to_have_text("1 new comment")


def test_when_the_tab_that_listens_is_hidden_one_in_sight_does_it(paper, read):
    first = read(STORY).page
    second = another_tab(first.context, paper, CROWDED)
    hide(first)
    wait_for(lambda: "discussion" in paper.counter.asked[-1] and paper.counter.streams == 1)
    paper.say(CROWDED, "For the second.")
    expect(second.locator(BUTTON)).to_have_text("1 new comment")
    assert paper.counter.streams == 1


def test_eleven_open_tabs_do_not_block_a_twelfth(paper, read):
    first = read(STORY).page
    tabs = [another_tab(first.context, paper, (STORY, CROWDED)[n % 2]) for n in range(10)]
    twelfth = another_tab(first.context, paper, "/")
    assert twelfth.locator("h1").count() == 1
    assert paper.counter.streams <= 1
    paper.say(STORY, "To all of you.")
    for page in (first, *tabs[::2]):
        expect(page.locator(BUTTON)).to_be_visible()
    assert paper.counter.streams == 1


def test_without_the_means_the_page_works_as_ever(paper, chromium):
    reader = send_visitor(chromium, paper.address)
    reader.page.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    reader.open(STORY)
    paper.say(STORY, "Reload to see this.")
    reader.page.wait_for_load_state("networkidle")
    assert not [request for request in reader.asked if "/live/" in request.url]
    assert reader.page.locator(BUTTON).count() == 0
    reader.page.reload()
    assert "Reload to see this." in reader.page.content()
    assert reader.problems == []
    reader.page.context.close()


# ── Who is here ────────────────────────────────────────────────────────────────────────────────


def asked_for_me(visitor: Visitor) -> list[str]:
    return [request.url for request in visitor.asked if "/me/" in request.url]


def test_nothing_personal_is_asked_for_until_a_reader_has_written(paper, read):
    reader = read(STORY)
    for path in ("/", STORY, f"{STORY}discussion/", "/funding/"):
        reader.open(path)
        reader.page.wait_for_load_state("load")
    assert asked_for_me(reader) == []
    assert reader.cookies == []
    reader.open(STORY)
    reader.page.locator("#discussion .write a[data-reply]").click()
    reader.page.fill(".inplace textarea", "Now I am known.")
    reader.page.fill(".inplace input[name=name]", "Known")
    reader.page.click(".inplace button[type=submit]")
    expect(reader.page.locator("#discussion li:focus")).to_contain_text("Now I am known.")
    assert {"pennypress_known", "pennypress_guest"} <= set(reader.cookies)
    with reader.page.expect_response("**/me/strip/"):
        reader.open("/")
    expect(reader.page.locator("footer a", has_text="Your comments")).to_be_visible()


def test_an_editor_is_told_what_waits_until_signed_out(demo, editor):
    path = f"{STORY}discussion/reply/"
    editor.open("/admin/")
    guest = editor.page.context.browser.new_context()
    page = guest.new_page()
    page.goto(f"{demo.address}{path}")
    page.fill("textarea[name=text]", "May I?")
    page.fill("input[name=name]", "A Guest")
    page.click("form[data-reply-form] button[type=submit]")
    expect(page.locator("[data-outcome=held]")).to_be_visible()
    page.goto(f"{demo.address}/")
    expect(page.locator("footer [data-strip]")).to_contain_text("waits for a moderator")
    guest.close()
    editor.open("/")
    strip = editor.page.locator("footer [data-strip]")
    expect(strip.get_by_role("link", name="Newsroom")).to_be_visible()
    expect(strip).to_contain_text(re.compile(r"\d+ comments? waits?"))
    assert editor.check_accessibility() == []


# ── The form in place ──────────────────────────────────────────────────────────────────────────


def test_words_typed_while_a_refusal_is_on_its_way_are_kept(paper, read):
    page = read(STORY).page
    page.locator("#discussion .write a[data-reply]").click()
    page.fill(".inplace textarea", "Sent without a name,")

    def answer_late(route) -> None:
        page.locator(".inplace textarea").press_sequentially(" and then some")
        route.continue_()

    page.route("**/discussion/reply/", answer_late)
    page.click(".inplace button[type=submit]")
    expect(page.locator(".inplace .errors")).to_be_focused()
    kept = page.locator(".inplace textarea").input_value()
    assert kept == "Sent without a name, and then some"
