"""Whatever comes of sending a comment, the words are not lost; and what a held one tells."""

import re

import pytest
from playwright.sync_api import expect

from .forms import FORM, WORDS, drafts_in, open_form, press_send, write
from .places import STORY, send_words
from .visitor import send_visitor

# ── Failures, with a script ────────────────────────────────────────────────────────────────────

STATUSES = (200, 204, 400, 403, 404, 405, 409, 410, 411, 413, 422, 429, 500, 502, 503, 504)
BODIES = {
    "nothing": ("", None),
    "text": ("no", "text/plain"),
    "page": ("<!doctype html><title>Sign in to the hotel</title><form></form>", "text/html"),
    "json": ('{"error": "no"}', "application/json"),
}
SAYS = {404: "no longer there", 410: "no longer there", 413: "shorten", 429: "Too much"}


@pytest.mark.parametrize("where", ["in place", "on its own page"])
def test_whatever_the_answer_is_form_and_words_stay(visit, where):
    reader = visit()
    reader.open(STORY if where == "in place" else f"{STORY}discussion/reply/")
    page = reader.page
    form = open_form(reader) if where == "in place" else page.locator(FORM)
    write(form)
    answer: dict = {}
    page.route(
        "**/reply/",
        lambda route: (
            route.continue_() if route.request.method != "POST" else route.fulfill(**answer)
        ),
    )
    at = page.url
    for status in STATUSES:
        for body, kind in BODIES.values():
            answer.clear()
            answer.update({"status": status, "body": body, "content_type": kind})
            page.evaluate("document.activeElement.blur()")
            press_send(form)
            errors = form.locator(".errors")
            expect(errors).to_be_focused()
            expect(errors).to_contain_text("Your words are still here")
            expect(errors).to_contain_text(SAYS.get(status, "could not be sent"))
            expect(form.locator("textarea")).to_have_value(WORDS)
            expect(form.locator("input[name=name]")).to_have_value("Two Words")
            assert page.url == at
    page.unroute("**/reply/")
    page.context.set_offline(True)
    page.evaluate("document.activeElement.blur()")
    press_send(form)
    expect(form.locator(".errors")).to_be_focused()
    expect(form.locator(".errors")).to_contain_text("no connection")
    assert page.url == at
    assert [draft["text"] for draft in drafts_in(page)] == [WORDS]
    page.context.set_offline(False)
    press_send(form)
    expect(page.locator("[data-outcome=held]")).to_be_visible()
    assert drafts_in(page) == []


def test_a_form_that_cannot_be_had_leaves_the_page_with_its_words(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    write(open_form(reader))
    page.context.set_offline(True)
    link = page.locator("#discussion a[data-reply]").nth(1)
    for _ in range(2):
        link.click()
        note = page.locator(".inplace > .errors")
        expect(note).to_be_focused()
        expect(note).to_contain_text("no connection")
        assert reader.path == STORY
    expect(page.locator("textarea")).to_have_value(WORDS)
    page.context.set_offline(False)
    link.click()
    expect(page.locator("textarea")).to_have_count(2)
    expect(note).to_have_count(0)


def test_lost_and_refused_cookies_are_told_with_a_script(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    form = open_form(reader)
    write(form)
    page.context.clear_cookies()
    press_send(form)
    expect(form.locator(".errors")).to_be_focused()
    expect(form.locator(".errors")).to_contain_text("cookie")
    expect(form.locator("textarea")).to_have_value(WORDS)
    for _ in range(2):  # as in a browser that takes none
        page.context.clear_cookies()
        page.evaluate("document.activeElement.blur()")
        press_send(form)
        expect(form.locator(".errors")).to_be_focused()
        expect(form.locator(".errors")).to_contain_text("Allow cookies")
        expect(form.locator("textarea")).to_have_value(WORDS)
    press_send(form)
    expect(page.locator(".inplace .posted")).to_be_focused()


def test_sent_to_a_comment_that_was_taken_away_meanwhile(visit, editor):
    reader = visit()
    editor.open(STORY)
    write(open_form(editor), "Soon to be withdrawn.", "The editor")
    press_send(editor.page.locator(FORM))
    place = editor.page.locator("#discussion li[tabindex]")
    expect(place).to_be_focused()
    number = (place.get_attribute("id") or "").removeprefix("comment-")
    reader.open(STORY)
    reader.page.locator(f"#comment-{number} > article a[data-reply]").click()
    form = reader.page.locator(FORM)
    write(form)
    editor.open("/admin/discussion/?state=visible")
    comment = editor.page.locator(".pennypress-queue__comment", has_text="Soon to be withdrawn")
    comment.locator("select").first.select_option(index=1)
    comment.get_by_role("button", name=re.compile("Remove")).click()
    press_send(form)
    expect(form.locator(".errors")).to_be_focused()
    expect(form.locator(".errors")).to_contain_text("no longer there")
    expect(form.locator("textarea")).to_have_value(WORDS)
    reader.page.reload()
    assert [draft["text"] for draft in drafts_in(reader.page)] == [WORDS]


def test_a_double_click_posts_once(visit):
    reader = visit()
    reader.open(STORY)
    form = open_form(reader)
    write(form, "Clicked twice, with a script.")
    form.locator("button[type=submit]").dblclick()
    expect(reader.page.locator(".inplace .posted")).to_be_focused()
    plain = visit(javascript=False)
    plain.open(f"{STORY}discussion/reply/")
    write(plain.page.locator(FORM), "Clicked twice, without.")
    plain.page.locator(f"{FORM} button[type=submit]").dblclick()
    expect(plain.page.locator("[data-outcome=held]")).to_be_visible()
    reader.open("/me/comments/")
    expect(reader.page.locator("main li")).to_have_count(1)


# ── A held comment, with a script ──────────────────────────────────────────────────────────────


def test_a_held_comment_tells_with_a_script_what_it_tells_without(visit):
    told = {}
    for javascript in (True, False):
        reader = visit(javascript=javascript)
        page = reader.page
        if javascript:
            reader.open(STORY)
            write(open_form(reader))
            press_send(page.locator(FORM))
            expect(page.locator(".inplace .posted")).to_be_focused()
            private = page.locator(".inplace a[href*='/me/comments/']").get_attribute("href")
            assert private
        else:
            reader.open(f"{STORY}discussion/reply/")
            send_words(reader, name="Two Words", text=WORDS)
            private = reader.path
        own = page.locator("[data-own]")
        told[javascript] = own.inner_text().replace(private, "")
        assert "A moderator reads it before everybody can" in told[javascript]
        expect(page.get_by_text("Your comment waits for a moderator")).to_be_visible()
        assert "Words that took an hour." in own.locator(".words").inner_text()
        own.get_by_role("button", name="Withdraw this comment").click()
        expect(page.locator("[data-outcome=withdrawn]")).to_be_visible()
        expect(page.locator("[data-own] .words")).to_have_count(0)
        if javascript:
            assert reader.path == STORY
            expect(page.locator(".inplace .posted")).to_be_focused()
            assert reader.check_accessibility() == []
        reader.open(private)
        assert "took an hour" not in page.content()
    assert told[True] == told[False]


def test_a_withdrawal_that_fails_says_so_in_place(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    write(open_form(reader))
    press_send(page.locator(FORM))
    expect(page.locator(".inplace .posted")).to_be_focused()
    page.context.set_offline(True)
    page.get_by_role("button", name="Withdraw this comment").click()
    expect(page.locator("[data-own] .errors")).to_be_focused()
    assert reader.path == STORY
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.get_by_role("button", name="Withdraw this comment").click()
    expect(page.locator("[data-own] .errors")).to_contain_text("cookie")
    page.get_by_role("button", name="Withdraw this comment").click()
    expect(page.locator("[data-outcome=withdrawn]")).to_be_visible()


# ── Failures, without a script ─────────────────────────────────────────────────────────────────


def test_lost_and_refused_cookies_are_told_without_a_script(visit):
    reader = visit(javascript=False)
    page = reader.page
    reader.open(f"{STORY}discussion/reply/")
    for _ in range(3):  # as in a browser that takes none
        page.context.clear_cookies()
        answer = send_words(reader, name="Two Words", text=WORDS)
        assert answer.status == 403
        assert "cookie" in page.locator(".errors").inner_text()
        expect(page.locator(".errors")).to_be_focused()
        assert page.input_value("textarea[name=text]") == WORDS
        assert page.input_value("input[name=name]") == "Two Words"
    page.locator(f"{FORM} button[type=submit]").click()
    expect(page.locator("[data-outcome=held]")).to_be_visible()


@pytest.mark.parametrize("how", ["error page", "no connection", "other page"])
def test_going_back_brings_the_words_back_without_a_script(visit, how):
    reader = visit(javascript=False)
    page = reader.page
    reader.open(f"{STORY}discussion/reply/")
    page.fill("textarea[name=text]", WORDS)
    page.fill("input[name=name]", "Two Words")
    if how == "error page":
        page.route(
            re.compile(r"/reply/\?send$"),
            lambda route: route.fulfill(status=429, body="too many", content_type="text/plain"),
        )
        page.locator(f"{FORM} button[type=submit]").click()
        expect(page.locator("body")).to_have_text("too many")
        page.unroute_all()
    elif how == "no connection":
        page.context.set_offline(True)
        page.locator(f"{FORM} button[type=submit]").click(no_wait_after=True)
        expect(page).to_have_url(re.compile("^chrome-error:"))
        page.context.set_offline(False)
    else:
        reader.open("/")
    page.go_back()
    expect(page.locator("textarea[name=text]")).to_have_value(WORDS)
    expect(page.locator("input[name=name]")).to_have_value("Two Words")


# ── What the newsroom does meanwhile ───────────────────────────────────────────────────────────

_CHANGE = """
from pennypress.stories.actions import publish_story
from pennypress.stories.models import StoryPage
story = StoryPage.objects.get(pk={number})
{change}
"""
PUBLISH = "publish_story(story, story.get_parent().specific)"


def test_a_story_that_moves_closes_or_goes_while_somebody_writes(demo, chromium, tmp_path):
    site = demo.site.copy_in_use(tmp_path / "site")

    def change(what: str) -> None:
        site.must("manage", "shell", "-c", _CHANGE.format(number=number, change=what))

    with site.serving() as served:
        scripted = send_visitor(chromium, served.address)
        plain = send_visitor(chromium, served.address, java_script_enabled=False)
        scripted.open(STORY)
        number = int(scripted.page.locator("#discussion").get_attribute("data-page") or 0)

        def begin(story: str, text: str) -> None:
            scripted.open(story)
            write(open_form(scripted), f"{text}, with a script.")
            plain.open(f"{story}discussion/reply/")
            write(plain.page.locator(FORM), f"{text}, without.")

        def send() -> None:
            for visitor in (scripted, plain):
                press_send(visitor.page.locator(FORM))

        begin(STORY, "Moved")
        change(f"story.slug = 'moved-meanwhile'; {PUBLISH}")
        send()
        for visitor in (scripted, plain):
            expect(visitor.page.locator("[data-outcome=held]")).to_be_visible()
            expect(visitor.page.locator("[data-own] .words")).to_contain_text("Moved, with")
        moved = re.sub(r"[^/]+/$", "moved-meanwhile/", STORY)

        begin(moved, "Closed")
        change(f"story.discussion_open = False; {PUBLISH}")
        send()
        for visitor, end in ((scripted, "with a script"), (plain, "without")):
            expect(visitor.page.locator(f"{FORM} .errors")).to_be_focused()
            expect(visitor.page.locator(f"{FORM} .errors")).to_contain_text("closed")
            expect(visitor.page.locator("textarea")).to_have_value(f"Closed, {end}.")

        change(f"story.discussion_open = True; {PUBLISH}")
        begin(moved, "Gone")
        change("story.unpublish()")
        send()
        expect(scripted.page.locator(f"{FORM} .errors")).to_be_focused()
        expect(scripted.page.locator(f"{FORM} .errors")).to_contain_text("no longer there")
        expect(scripted.page.locator("textarea")).to_have_value("Gone, with a script.")
        expect(plain.page.locator("textarea[readonly]")).to_have_value("Gone, without.")
        assert plain.path == f"{moved}discussion/reply/"
        for visitor in (scripted, plain):
            assert visitor.problems == []
            visitor.page.context.close()
