"""What a reader writes is kept in the browser until it is sent or discarded."""

import re

import pytest
from playwright.sync_api import expect

from .forms import FORM, PREFIX, WORDS, drafts_in, expect_restored, open_form, press_send, write
from .places import STORY
from .visitor import Visitor


def test_words_are_there_after_a_reload_each_in_its_place_and_gone_when_sent(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    assert drafts_in(page) == []
    write(open_form(reader), "A comment.")
    page.reload()  # at once, while the last key is still warm
    write(open_form(reader, 1), "A reply.", "Replier")
    page.reload()
    expect(page.locator(".write .unsent")).to_be_visible()
    expect(page.locator("#discussion .unsent")).to_have_count(2)
    form = open_form(reader, 1)
    expect_restored(form, "A reply.", "Replier")
    expect(page.locator("#discussion .unsent")).to_have_count(1)
    assert reader.check_accessibility() == []
    press_send(form)
    expect(page.locator(".inplace .posted")).to_be_focused()
    assert [draft["text"] for draft in drafts_in(page)] == ["A comment."]
    page.reload()
    expect(page.locator("#discussion .unsent")).to_have_count(1)
    expect_restored(open_form(reader), "A comment.")
    sent = [request.url for request in reader.asked if "A+comment" in (request.post_data or "")]
    assert sent == []


def test_words_are_there_on_every_page_that_has_the_form(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    reply = page.locator("#discussion li a[data-reply]").first
    form_page = reply.get_attribute("href")
    assert form_page
    permalink = form_page.removesuffix("reply/")
    write(open_form(reader, 1))
    for address in (form_page, permalink, f"{STORY}discussion/", form_page):
        reader.open(address)
        link = page.locator(f'#discussion a[data-reply][href="{form_page}"]')
        if address != form_page:
            expect(page.locator("#discussion .unsent")).to_have_count(1)
            link.click()
        expect_restored(page.locator(FORM))
    page.locator("textarea").press_sequentially(" More.")
    reader.open(permalink)
    page.locator(f'#discussion a[data-reply][href="{form_page}"]').click()
    expect_restored(page.locator(FORM), f"{WORDS} More.")
    assert len(drafts_in(page)) == 1


def test_a_form_on_its_own_page_is_sent_from_there_and_leaves_no_draft(visit, editor):
    reader = visit()
    reader.open(STORY)
    reader.open(f"{STORY}discussion/reply/")
    write(reader.page.locator(FORM), "Held, on a page of its own.")
    press_send(reader.page.locator(FORM))
    expect(reader.page.locator("[data-outcome=held]")).to_be_visible()
    assert drafts_in(reader.page) == []
    reader.page.go_back()
    assert reader.path == STORY
    editor.open(f"{STORY}discussion/reply/")  # the newsroom does not wait
    write(editor.page.locator(FORM), "Seen, on a page of its own.")
    press_send(editor.page.locator(FORM))
    editor.page.wait_for_url(re.compile(r"/discussion/\d+/#comment-\d+$"))
    expect(editor.page.locator("li[data-focus]")).to_contain_text("Seen, on a page")
    assert drafts_in(editor.page) == []


def test_a_comment_that_is_seen_at_once_leaves_no_draft(editor):
    editor.open(STORY)
    write(open_form(editor), "Seen at once.", "The editor")
    press_send(editor.page.locator(FORM))
    expect(editor.page.locator("#discussion li[tabindex]")).to_be_focused()
    assert drafts_in(editor.page) == []


def test_a_draft_can_be_discarded(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    write(open_form(reader))
    page.reload()
    form = open_form(reader)
    expect_restored(form)
    form.get_by_role("button", name="Discard them").click()
    expect(form.locator("textarea")).to_be_focused()
    expect(form.locator("textarea")).to_have_value("")
    expect(form.locator("input[name=name]")).to_have_value("")
    expect(form.locator("[role=status]")).to_contain_text("gone from this browser")
    assert drafts_in(page) == []
    page.reload()
    expect(page.locator("#discussion .unsent")).to_have_count(0)
    expect(open_form(reader).locator("textarea")).to_have_value("")
    write(page.locator(FORM))
    page.locator("textarea").fill("")  # taken back by hand
    page.reload()
    assert drafts_in(page) == []


def test_all_drafts_are_listed_also_those_whose_form_is_gone(visit):
    reader = visit()
    reader.open("/me/comments/")
    page = reader.page
    region = page.locator("[data-drafts]")
    expect(region).to_be_hidden()
    reader.open(STORY)
    write(open_form(reader), WORDS)
    reader.open("/me/comments/")
    expect(region.locator("article")).to_have_count(1)
    expect(region.locator("article p")).to_have_text(WORDS, use_inner_text=True)
    assert page.locator("article b").count() == 0
    assert reader.check_accessibility() == []
    region.locator("article a").click()
    assert reader.path == f"{STORY}discussion/reply/"
    expect_restored(page.locator(FORM))
    reader.open("/me/comments/")
    region.get_by_role("button", name="Discard them").click()
    expect(region).to_be_hidden()
    assert drafts_in(page) == []


def test_a_form_that_is_put_away_keeps_its_words(visit):
    reader = visit()
    reader.open(STORY)
    write(open_form(reader))
    reader.page.locator("[data-cancel]").click()
    expect(reader.page.locator(".write .unsent")).to_be_visible()
    expect_restored(open_form(reader))


def open_tab(reader: Visitor) -> Visitor:
    """Another tab of the same browser."""
    tab = Visitor(reader.address, reader.page.context.new_page())
    tab.open(STORY)
    return tab


@pytest.mark.parametrize("locks", [True, False])
def test_two_tabs_never_write_over_each_others_words(visit, locks):
    reader = visit()
    if not locks:  # as on a site that is served without TLS
        reader.page.context.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
        )
    reader.open(STORY)
    write(open_form(reader), "In the first tab.")
    reader.page.wait_for_timeout(500)
    other = open_tab(reader)
    form = open_form(other)
    if locks:  # it is open elsewhere
        other.page.wait_for_timeout(300)
        expect(form.locator("textarea")).to_have_value("")
    else:
        expect_restored(form, "In the first tab.")
    write(form, "In the second tab.")
    reader.page.reload()
    expect_restored(open_form(reader), "In the first tab.")
    other.page.reload()
    expect_restored(open_form(other), "In the second tab.")
    reader.page.locator("textarea").press_sequentially(" And more.")
    reader.page.wait_for_timeout(500)
    texts = {draft["text"] for draft in drafts_in(reader.page)}
    assert texts == {"In the first tab. And more.", "In the second tab."}
    press_send(other.page.locator(FORM))
    expect(other.page.locator(".inplace .posted")).to_be_focused()
    assert {draft["text"] for draft in drafts_in(other.page)} == {"In the first tab. And more."}
    reader.page.reload()
    expect_restored(open_form(reader), "In the first tab. And more.")


def test_without_locks_a_draft_of_another_tab_goes_too_when_it_is_sent_or_discarded(visit):
    reader = visit()
    reader.page.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
    )
    for how in ("Send comment", "Discard them"):
        tab = open_tab(reader)
        write(open_form(tab))
        tab.page.wait_for_timeout(500)
        tab.page.close()
        reader.open(STORY)
        form = open_form(reader)
        expect_restored(form)
        form.get_by_role("button", name=how).click()
        expect(reader.page.locator(".inplace .posted, .inplace textarea")).to_be_focused()
        assert drafts_in(reader.page) == []


def test_what_a_closed_tab_left_can_be_taken_up_one_after_the_other(visit):
    reader = visit()
    reader.open(STORY)
    tabs = [open_tab(reader), open_tab(reader)]
    for tab, text in zip(tabs, ("In the second tab.", "In the third tab."), strict=True):
        write(open_form(tab), text)
        tab.page.wait_for_timeout(500)
    for tab in tabs:
        tab.page.close()  # as by a crash: it is not asked
    form = open_form(reader)
    expect_restored(form, "In the third tab.")
    form.get_by_role("button", name="Show other unsent words").click()
    expect_restored(form, "In the second tab.")
    form.get_by_role("button", name="Show other unsent words").click()
    expect_restored(form, "In the third tab.")
    form.locator("textarea").press_sequentially(" Changed.")
    form.get_by_role("button", name="Show other unsent words").click()
    expect_restored(form, "In the second tab.")
    texts = {draft["text"] for draft in drafts_in(reader.page)}
    assert texts == {"In the second tab.", "In the third tab. Changed."}
    press_send(form)
    expect(reader.page.locator(".inplace .posted")).to_be_focused()
    assert [draft["text"] for draft in drafts_in(reader.page)] == ["In the third tab. Changed."]


def test_words_that_were_sent_before_a_crash_are_posted_once(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    words = "Was this sent or not?"
    write(open_form(reader), words)
    # The site takes them, and the answer is lost.
    page.route("**/reply/", lambda route: (route.fetch(), route.abort()))
    press_send(page.locator(FORM))
    expect(page.locator(f"{FORM} .errors")).to_be_focused()
    page.unroute("**/reply/")
    page.reload()
    form = open_form(reader)
    expect_restored(form, words)
    press_send(form)
    expect(page.locator(".inplace .posted")).to_be_focused()
    assert drafts_in(page) == []
    reader.open("/me/comments/")
    expect(page.locator("main li")).to_have_count(1)


def test_words_typed_while_others_are_on_their_way_become_a_draft(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    form = open_form(reader)
    write(form, "Sent.")

    def answer_late(route) -> None:
        form.locator("textarea").press_sequentially(" Typed since.")
        route.continue_()

    page.route("**/discussion/reply/", answer_late)
    press_send(form)
    expect(page.locator(".inplace .posted")).to_be_focused()
    page.unroute("**/discussion/reply/")
    page.reload()
    expect_restored(open_form(reader), "Sent. Typed since.")


def test_old_drafts_go_and_so_do_those_that_are_too_many(visit):
    reader = visit()
    reader.open(STORY)
    page = reader.page
    day = 86_400_000
    page.evaluate(
        """([prefix, day]) => {
          const put = (name, draft) => localStorage.setItem(prefix + name, JSON.stringify(draft));
          for (let n = 0; n < 60; n++)
            put(`new${n}`, { place: "9/0", text: `${n}`, name: "", at: Date.now() - n * 1000 });
          put("old", { place: "9/0", text: "old", name: "", at: Date.now() - 31 * day });
          localStorage.setItem(prefix + "bad", "{");
          localStorage.setItem("another", "program's");
        }""",
        [PREFIX, day],
    )
    page.reload()
    texts = {draft["text"] for draft in drafts_in(page)}
    assert texts == {str(n) for n in range(50)}
    assert page.evaluate("localStorage.getItem('another')") == "program's"


_NO_STORAGE = {
    "full": """Storage.prototype.setItem = () => {
      throw new DOMException("", "QuotaExceededError");
    };""",
    "forbidden": """for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, {
        get() { throw new DOMException("", "SecurityError"); },
      });""",
}


@pytest.mark.parametrize("why", _NO_STORAGE)
def test_without_storage_everything_else_works(visit, why):
    reader = visit()
    reader.page.add_init_script(_NO_STORAGE[why])
    reader.open(STORY)
    form = open_form(reader)
    write(form)
    form.locator("textarea").press_sequentially(" More.")
    reader.page.wait_for_timeout(500)
    press_send(form)
    expect(reader.page.locator(".inplace .posted")).to_be_focused()


def test_words_that_the_site_gave_back_go_before_an_older_draft(visit):
    reader = visit()
    reader.open(f"{STORY}discussion/reply/")
    page = reader.page
    write(page.locator(FORM), "An older draft.")
    page.wait_for_timeout(500)
    page.locator("textarea").evaluate("(area) => { area.value = 'Sent the plain way.'; }")
    page.locator("input[name=name]").evaluate("(field) => { field.value = ''; }")
    with page.expect_navigation():
        page.locator(FORM).evaluate("(form) => HTMLFormElement.prototype.submit.call(form)")
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator("textarea")).to_have_value("Sent the plain way.")
    page.wait_for_timeout(200)
    expect(page.locator("textarea")).to_have_value("Sent the plain way.")
    assert [draft["text"] for draft in drafts_in(page)] == ["Sent the plain way."]
