"""One address for every type of page, in the demo newspaper."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Response

from pennypress.demo.data import DemoStory, load_demo
from tests.cli.command import Site

from .visitor import Visitor


def path_of(story: DemoStory) -> str:
    """The address of a demo story."""
    start = "" if story.language == "en" else f"/{story.language}"
    return f"{start}/{story.section}/{story.slug}/"


def find_story(**wanted: object) -> str:
    """The address of the first demo story with these attributes."""
    return next(
        path_of(story)
        for story in load_demo().stories.values()
        if all(getattr(story, name) == value for name, value in wanted.items())
    )


STORY = find_story(lead=True)
OPINION = find_story(kind="opinion")
ARABIC = find_story(language="ar")
CROWDED = find_story(slug="sunday-ferry")


@dataclass(frozen=True)
class Place:
    """A type of page: how a visitor comes there, what it answers, and whether it is public."""

    go: Callable[[Visitor, Site], Response]
    status: int = 200
    public: bool = True


def _at(path: str) -> Callable[[Visitor, Site], Response]:
    return lambda visitor, site: visitor.open(path)


def _follow(visitor: Visitor, selector: str) -> Response:
    target = visitor.page.locator(selector).first.get_attribute("href")
    assert target, selector
    return visitor.open(target)


def _next_page(visitor: Visitor, site: Site) -> Response:
    visitor.open(f"{CROWDED}discussion/?order=newest")
    return _follow(visitor, "#discussion a[rel=next]")


def _permalink(visitor: Visitor, site: Site) -> Response:
    visitor.open(STORY)
    return _follow(visitor, "#discussion ol ol ol a.when, #discussion ol ol a.when")


def _reply(visitor: Visitor, site: Site) -> Response:
    visitor.open(STORY)
    return _follow(visitor, "#discussion li a[data-reply]")


def send_words(visitor: Visitor, *, name: str, text: str) -> Response:
    """Fill in the reply form on its own page and send it."""
    visitor.page.fill("textarea[name=text]", text)
    visitor.page.fill("input[name=name]", name)
    with visitor.page.expect_navigation() as arrival:
        visitor.page.click("form[data-reply-form] button[type=submit]")
    response = arrival.value
    assert response is not None
    return response


def _reply_error(visitor: Visitor, site: Site) -> Response:
    visitor.open(f"{STORY}discussion/reply/")
    visitor.page.fill("textarea[name=text]", "These words must not be lost.")
    with visitor.page.expect_response(lambda answer: answer.request.method == "POST") as arrival:
        visitor.page.click("form[data-reply-form] button[type=submit]")
    visitor.page.wait_for_selector(".errors")
    return arrival.value


def _held(visitor: Visitor, site: Site) -> Response:
    visitor.open(f"{STORY}discussion/reply/")
    return send_words(visitor, name="Patient Reader", text="I can wait.\n\n> So can I.")


def _withdrawn(visitor: Visitor, site: Site) -> Response:
    _held(visitor, site)
    with visitor.page.expect_navigation() as arrival:
        visitor.page.click("main form button[type=submit]")
    assert arrival.value is not None
    return arrival.value


def sign_in_link(site: Site, email: str) -> str:
    """A fresh one-time link for an editor, as a path."""
    said = site.must("init", "--editor-email", email)
    link = re.search(r"https?://[^/]+(/accounts/enter/\S+)", said)
    assert link, said
    return link[1]


def _sign_in(visitor: Visitor, site: Site) -> Response:
    return visitor.open(sign_in_link(site, "second@pennytide.example"))


PLACES: dict[str, Place] = {
    "home": Place(_at("/")),
    "home-arabic": Place(_at("/ar/")),
    "section": Place(_at("/harbour/")),
    "section-arabic": Place(_at("/ar/harbour/")),
    "story": Place(_at(STORY)),
    "story-opinion": Place(_at(OPINION)),
    "story-arabic": Place(_at(ARABIC)),
    "story-crowded": Place(_at(CROWDED)),
    "full-size": Place(_at(f"{STORY}full-size/")),
    "discussion": Place(_at(f"{STORY}discussion/")),
    "discussion-crowded": Place(_at(f"{CROWDED}discussion/?order=newest")),
    "discussion-second-page": Place(_next_page),
    "permalink": Place(_permalink),
    "write": Place(_at(f"{STORY}discussion/reply/"), public=False),
    "write-arabic": Place(_at(f"{ARABIC}discussion/reply/"), public=False),
    "reply": Place(_reply, public=False),
    "reply-error": Place(_reply_error, status=422, public=False),
    "held-comment": Place(_held, public=False),
    "withdrawn-comment": Place(_withdrawn, public=False),
    "my-comments": Place(_at("/me/comments/"), public=False),
    "funding": Place(_at("/funding/")),
    "funding-arabic": Place(_at("/ar/funding/")),
    "give": Place(_at("/give/")),
    "campaign": Place(_at("/campaigns/main/")),
    "record": Place(_at("/record/")),
    "record-entry": Place(_at("/record/3/")),
    "how-to-check": Place(_at("/record/how-to-check/")),
    "person": Place(_at("/people/ines-calder/")),
    "about": Place(_at("/about/")),
    "rules": Place(_at("/about/rules/")),
    "privacy": Place(_at("/about/privacy/")),
    "imprint": Place(_at("/about/imprint/")),
    "contact": Place(_at("/about/contact/")),
    "not-found": Place(_at("/no-such-page/"), status=404),
    "sign-in": Place(_sign_in, public=False),
    "sign-in-spent": Place(_at("/accounts/enter/MQ/spent-link/"), status=410, public=False),
}
