"""The form in which a reader writes, in a browser; and what the browser keeps of it."""

import json

from playwright.sync_api import Locator, Page, expect

from .visitor import Visitor

PREFIX = "pennypress-draft:"
WORDS = "Words that took an hour.\n\n> <b>And</b> another."
FORM = "form[data-reply-form]"


def open_form(reader: Visitor, which: int = 0) -> Locator:
    """Open a form in place on the page that is there: the first writes a comment, others reply."""
    reader.page.locator("#discussion a[data-reply]").nth(which).click()
    form = reader.page.locator(FORM).first
    expect(form.locator("textarea")).to_be_focused()
    return form


def write(form: Locator, text: str = WORDS, name: str = "Two Words") -> None:
    form.locator("textarea").fill(text)
    form.locator("input[name=name]").fill(name)


def press_send(form: Locator) -> None:
    form.locator("button[type=submit]").click()


def drafts_in(page: Page) -> list[dict]:
    """The drafts that this browser has kept."""
    found = page.evaluate("Object.entries(localStorage)")
    return [json.loads(value) for name, value in found if name.startswith(PREFIX)]


def expect_restored(form: Locator, text: str = WORDS, name: str = "Two Words") -> None:
    expect(form.locator("textarea")).to_have_value(text)
    expect(form.locator("input[name=name]")).to_have_value(name)
    expect(form.locator("[role=status]")).to_contain_text("in this browser only")
