"""Every type of page as browsers and assistive technology find it."""

import re

import pytest
from playwright.sync_api import expect

from .places import ARABIC, CROWDED, PLACES, STORY
from .visitor import HEIGHT, NARROW, WIDE, Visitor, describe

KILO = 1000


def look_around(visitor: Visitor) -> list[str]:
    """What is wrong with a page in any of its looks: narrow and wide, light and dark.

    The visitor must have asked for rest: colours that are still changing have no contrast yet.
    """
    wrong: list[str] = []
    for width in (WIDE, NARROW):
        visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme)
            found = visitor.check_width() + visitor.check_accessibility()
            wrong += [f"{width} {scheme}: {problem}" for problem in found]
    return wrong


@pytest.mark.parametrize("kind", PLACES)
def test_a_page_in_all_its_looks(visit, demo, kind):
    visitor = visit(reduced_motion="reduce")
    place = PLACES[kind]
    assert place.go(visitor, demo.site).status == place.status
    if place.public:
        assert visitor.cookies == []
    wrong = look_around(visitor)
    assert not wrong, describe(wrong)


@pytest.mark.parametrize("path", ["/", STORY, ARABIC, CROWDED])
def test_a_first_visit_is_light(visit, path):
    visitor = visit()
    visitor.open(path)
    visitor.page.wait_for_load_state("networkidle")
    weight = {"font": 0, "stylesheet": 0, "script": 0, "document": 0}
    for request in visitor.asked:
        if request.resource_type in weight:
            weight[request.resource_type] += request.sizes()["responseBodySize"]
    assert all(weight.values()), weight
    assert weight["font"] <= 160 * KILO, weight
    assert weight["stylesheet"] <= 25 * KILO, weight
    assert weight["script"] <= 20 * KILO, weight


def test_nothing_moves_for_those_who_asked_for_rest(visit):
    visitor = visit(reduced_motion="reduce")
    visitor.open(STORY)
    moving = visitor.page.evaluate("""() =>
      [...document.querySelectorAll("*")].filter((element) => {
        const style = getComputedStyle(element);
        const seconds = `${style.transitionDuration}, ${style.animationDuration}`.split(", ");
        return seconds.some((time) => parseFloat(time) > 0.01) || style.scrollBehavior === "smooth";
      }).map((element) => element.outerHTML.slice(0, 80))""")
    assert moving == []


def test_a_story_can_be_printed(visit):
    visitor = visit(color_scheme="dark")
    visitor.open(STORY)
    visitor.page.emulate_media(media="print")
    page = visitor.page
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[itemprop=articleBody] p").first).to_be_visible()
    expect(page.locator("#discussion article").first).to_be_visible()
    for useless in (".skip", "nav.sections", "a[data-reply]"):
        assert not page.locator(useless).first.is_visible(), useless
    shade = page.evaluate("getComputedStyle(document.body).color")
    red, green, blue = map(int, re.findall(r"\d+", shade)[:3])
    assert max(red, green, blue) < 100, f"the print is {shade}"
    assert page.pdf().startswith(b"%PDF")
