"""What readers do: look, write, wait and take back; with a script, without, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from .places import STORY, send_words
from .visitor import Visitor

WAITS = "Your comment waits for a moderator"


def approve(editor: Visitor, words: str) -> None:
    """Let the editor make the held comment with these words visible."""
    assert editor.open("/admin/discussion/").status == 200
    comment = editor.page.locator(".pennypress-queue__comment", has_text=words)
    comment.get_by_role("button", name="Make visible").click()
    expect(editor.page.locator(".pennypress-queue__comment", has_text=words)).to_have_count(0)


def comment_with(page: Page, words: str):
    """The comment on a page that has these words, as the list item that it is."""
    own = page.locator(":scope > article", has_text=words)
    return page.locator("#discussion li[id^=comment-]").filter(has=own)


def count_said(visitor: Visitor, words: str) -> int:
    """How often readers find these words under the story."""
    visitor.open(STORY)
    return visitor.page.locator("#discussion").get_by_text(words).count()


# ── Without a script ───────────────────────────────────────────────────────────────────────────


def test_read_and_look_closely_without_a_script(visit):
    reader = visit(javascript=False)
    reader.open("/")
    reader.page.locator("main h2 a").first.click()
    expect(reader.page.locator("h1")).to_be_visible()
    expect(reader.page.locator("[itemprop=articleBody] p").first).to_be_visible()
    reader.page.locator("figure.lead a").click()
    assert reader.path.endswith("/full-size/")
    expect(reader.page.locator("main img")).to_be_visible()
    reader.page.get_by_role("link", name="Back to the story").click()
    reader.page.locator("#meter a").first.click()
    assert reader.path == "/funding/"
    assert reader.cookies == []


def test_write_wait_and_take_back_without_a_script(visit):
    words = "A walnut, a lamp and three gulls."
    reader, anybody = visit(javascript=False), visit(javascript=False)
    reader.open(STORY)
    reader.page.get_by_role("link", name="Write a comment").click()
    send_words(reader, name="Walnut", text=words)
    assert reader.page.locator("h1").inner_text() == WAITS
    private = reader.path
    assert count_said(anybody, words) == 0
    anybody.open("/me/comments/")
    expect(anybody.page.get_by_text("This browser has written none")).to_be_visible()
    reader.open("/me/comments/")
    reader.page.locator("main li a").first.click()
    expect(reader.page.get_by_text(words)).to_be_visible()
    reader.page.get_by_role("button", name="Withdraw this comment").click()
    assert reader.page.locator("[data-outcome]").get_attribute("data-outcome") == "withdrawn"
    reader.open(private)
    assert words not in reader.page.content()


def test_an_editor_lets_a_comment_in_and_everybody_reads_it(visit, editor):
    words = "My uncle signed nothing either, in 1987."
    reader, anybody = visit(javascript=False), visit(javascript=False)
    reader.open(STORY)
    reader.page.locator("#discussion li a[data-reply]").first.click()
    send_words(reader, name="Nephew", text=words)
    private = reader.path
    assert count_said(anybody, words) == 0
    approve(editor, words)
    assert count_said(anybody, words) == 1
    assert comment_with(anybody.page, words).locator("xpath=ancestor::li").count() >= 1
    reader.open(private)
    reader.page.get_by_role("link", name="See it there").click()
    expect(reader.page.get_by_text(words)).to_be_visible()


def test_an_error_keeps_the_words_without_a_script(visit):
    reader = visit(javascript=False)
    reader.open(f"{STORY}discussion/reply/")
    answer = send_words(reader, name="  ", text="Kept <b>as</b> typed.")
    assert answer.status == 422
    assert reader.page.input_value("textarea[name=text]") == "Kept <b>as</b> typed."
    expect(reader.page.locator("[role=alert]")).to_be_visible()
    send_words(reader, name="Now With Name", text="Kept <b>as</b> typed.")
    assert reader.page.locator("h1").inner_text() == WAITS


# ── With a script ──────────────────────────────────────────────────────────────────────────────


def test_a_reply_is_written_where_it_belongs(visit, editor):
    first, second = (
        "A first word, to be seen by a moderator.",
        "A second word, seen by all at once.",
    )
    reader = visit()
    reader.open(STORY)
    page = reader.page
    link = page.locator("#discussion li a[data-reply]").nth(1)
    link.click()
    form = page.locator(".inplace form")
    expect(form.locator("textarea")).to_be_focused()
    form.locator("button[type=submit]").click()  # nothing is filled in yet
    expect(form.locator(".errors")).to_be_focused()
    before = form.locator("textarea").get_attribute("id") or ""
    form.locator("textarea").fill(first)
    form.locator("button[type=submit]").click()  # the name is missing
    expect(form.locator("textarea")).not_to_have_attribute("id", before)  # it is the answer's
    expect(form.locator("textarea")).to_have_value(first)
    form.locator("input[name=name]").fill("Two Words")
    form.locator("button[type=submit]").click()
    outcome = page.locator(".inplace .posted")
    expect(outcome).to_be_focused()
    assert reader.path == STORY  # still on the story
    approve(editor, first)
    page.reload()
    page.locator("#discussion li a[data-reply]").nth(1).click()
    page.locator(".inplace textarea").fill(second)
    page.locator(".inplace input[name=name]").fill("Two Words")
    page.locator(".inplace button[type=submit]").click()
    written = comment_with(page, second)
    expect(written).to_be_focused()
    assert comment_with(page, first).locator("xpath=..").locator(":scope > li").count() >= 2
    place = written.get_attribute("id")
    page.reload()
    expect(page.locator(f"#{place}")).to_contain_text(second)
    assert comment_with(page, second).locator("xpath=ancestor::li").count() >= 1


@pytest.mark.parametrize("answer", ["429", "none"])
def test_a_form_in_place_keeps_its_words_whatever_the_answer_is(visit, answer):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    page.locator("#discussion li a[data-reply]").nth(1).click()
    form = page.locator(".inplace form")
    form.locator("textarea").fill("Words that took an hour.")
    form.locator("input[name=name]").fill("Two Words")

    def refuse(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
        elif answer == "429":
            route.fulfill(status=429, body="too many", content_type="text/plain")
        else:
            route.abort()

    page.route("**/reply/", refuse)
    for _ in range(2):
        form.locator("button[type=submit]").click()
        expect(form.locator(".errors")).to_be_focused()
        expect(form.locator(".errors")).to_contain_text("Your words are still here")
        expect(form.locator("textarea")).to_have_value("Words that took an hour.")
        assert reader.path == STORY
    page.unroute("**/reply/")
    form.locator("button[type=submit]").click()
    expect(page.locator(".inplace .posted, #discussion li[tabindex]")).to_be_focused()


def test_a_form_in_place_can_be_put_away(visit):
    reader = visit()
    reader.open(STORY)
    link = reader.page.get_by_role("link", name="Write a comment")
    link.click()
    expect(reader.page.locator(".inplace textarea")).to_be_focused()
    reader.page.locator(".inplace [data-cancel]").click()
    expect(reader.page.locator(".inplace")).to_have_count(0)
    expect(link).to_be_focused()


def test_a_picture_opens_in_place_and_closes_with_escape(visit):
    reader = visit()
    reader.open(STORY)
    link = reader.page.locator("figure.lead a[data-full-size]")
    link.click()
    dialog = reader.page.locator("dialog.lightbox[open]")
    expect(dialog).to_be_visible()
    picture = dialog.locator("img")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(picture) => picture.naturalWidth") > 1000
    assert picture.get_attribute("alt")
    assert reader.check_accessibility() == []
    reader.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(link).to_be_focused()
    assert reader.path == STORY


def tab_until(page: Page, selector: str, most: int = 200) -> None:
    """Press Tab until what the selector names has the focus, as those without a mouse do."""
    for _turn in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{most} times Tab do not lead to {selector}")


def test_a_comment_can_be_sent_by_keyboard_alone(visit):
    reader = visit()
    reader.open(STORY)
    keys = reader.page.keyboard
    keys.press("Tab")
    skip = reader.page.locator("a.skip")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    keys.press("Enter")
    expect(reader.page.locator("main")).to_be_focused()
    tab_until(reader.page, "p.write a[data-reply]")
    keys.press("Enter")
    expect(reader.page.locator(".inplace textarea")).to_be_focused()
    keys.type("Sent without a mouse.")
    tab_until(reader.page, ".inplace input[name=name]", 3)
    keys.type("Keys Only")
    tab_until(reader.page, ".inplace button[type=submit]", 3)
    keys.press("Enter")
    expect(reader.page.locator(".inplace .posted")).to_be_focused()
    expect(reader.page.locator("[role=status].sr")).to_have_text(re.compile("moderator"))
