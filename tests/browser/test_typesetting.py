"""How text is set: the large letter, lists and quotations, tables, pictures of the right size."""

import pytest

from .places import CROWDED, STORY
from .visitor import HEIGHT, Visitor

NARROW, WIDE = 360, 1280
WIDTHS = (NARROW, WIDE)


def open_at(visitor: Visitor, path: str, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": HEIGHT})
    visitor.open(path)


def put_words(visitor: Visitor, markup: str) -> None:
    """Put a comment's words, as markup, into the deepest comment of the page."""
    visitor.page.evaluate(
        """(markup) => {
          const depth = (element) => (element ? 1 + depth(element.parentElement) : 0);
          const all = [...document.querySelectorAll(".comment .words")];
          const deepest = all.reduce((one, other) => (depth(other) > depth(one) ? other : one));
          deepest.innerHTML = markup;
          deepest.id = "here";
        }""",
        markup,
    )


# ── The large letter ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("first", ["O.", "On Tuesday.", "On Tuesday night the council voted. " * 3])
def test_the_second_paragraph_begins_below_the_large_letter(visit, width, first):
    visitor = visit()
    open_at(visitor, STORY, width)
    column, second = visitor.page.evaluate(
        """(first) => {
          const body = document.querySelector(".body");
          body.innerHTML = `<p>${first}</p><p>${"They are in a box in the cellar. ".repeat(9)}</p>`;
          body.classList.add("opens-large");
          const range = document.createRange();
          range.selectNodeContents(body.lastChild);
          const lines = [...range.getClientRects()];
          return [body.getBoundingClientRect().left, lines.map((box) => box.left)];
        }""",
        first,
    )
    assert {round(left) for left in second} == {round(column)}


def test_a_long_first_paragraph_has_one(visit):
    visitor = visit()
    visitor.open(STORY)
    assert visitor.page.locator(".body.opens-large").count() == 1


# ── Lists and quotations ───────────────────────────────────────────────────────────────────────

# By how many pixels the longest number of a list, as it is set, leaves the list's own box.
_HANGS_OUT = """(list) => {
  const style = getComputedStyle(list.firstElementChild);
  if (style.listStylePosition === "inside") return 0;
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = style.font;
  const numbers = [...list.children].map((item, place) => item.value || list.start + place);
  const widest = Math.max(...numbers.map((number) => pen.measureText(`${number}. `).width));
  return widest - parseFloat(getComputedStyle(list).paddingInlineStart);
}"""


def make_list(count: int, start: str = "", value: str = "") -> str:
    attribute = f' start="{start}"' if start else ""
    first = f' value="{value}"' if value else ""
    return f"<ol{attribute}><li{first}>What a year.</li>{'<li>One more.</li>' * (count - 1)}</ol>"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "markup",
    [
        make_list(1), make_list(9), make_list(12), make_list(120), make_list(1200),
        make_list(1, "1986"), make_list(3, "8"), make_list(3, "99"), make_list(2, "123456789"),
        make_list(1, value="1986"), make_list(3, value="12345678"),
    ],
)  # fmt: skip
def test_a_lists_numbers_stand_in_its_column(visit, markup, width):
    visitor = visit()
    open_at(visitor, STORY, width)
    put_words(visitor, markup)
    assert visitor.page.locator("#here ol").evaluate(_HANGS_OUT) <= 0
    visitor.page.evaluate("(markup) => document.querySelector('.body').innerHTML = markup", markup)
    assert visitor.page.locator(".body ol").evaluate(_HANGS_OUT) <= 0


@pytest.mark.parametrize("tags", ["ul li", "ol li", "blockquote", "ul li blockquote"])
@pytest.mark.parametrize("deep", [10, 20, 60])
def test_words_have_room_however_deep_they_lie(visit, tags, deep):
    visitor = visit()
    open_at(visitor, CROWDED, NARROW)
    opened = "".join(f"<{tag}>" for tag in tags.split())
    closed = "".join(f"</{tag}>" for tag in reversed(tags.split()))
    put_words(visitor, f"{opened * deep}<p id='deep'>Words that want room.</p>{closed * deep}")
    assert visitor.check_width() == []
    steps = visitor.page.eval_on_selector_all(
        f"#here {tags.split()[0]}", "(all) => all.map((one) => one.getBoundingClientRect().left)"
    )
    assert len({round(left) for left in steps[:3]}) == 3  # each of the first is a step further in
    assert visitor.page.locator("#deep").evaluate("(p) => p.getBoundingClientRect().width") >= 110


# ── Tables ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/funding/", "/campaigns/main/", "/record/"])
def test_what_happened_has_most_of_a_tables_width(visit, path):
    visitor = visit()
    open_at(visitor, path, WIDE)
    columns = visitor.page.eval_on_selector_all(
        ".entries thead th", "(cells) => cells.map((cell) => cell.getBoundingClientRect().width)"
    )
    words = visitor.page.locator(".entries thead th.what")
    assert words.evaluate("(cell) => cell.getBoundingClientRect().width") > sum(columns) * 0.6


# ── Pictures ───────────────────────────────────────────────────────────────────────────────────

# Pictures of more pixels than their boxes show, where a smaller one is offered that would do.
_TOO_LARGE = """() => [...document.querySelectorAll("main picture img")].flatMap((image) => {
  const { width, height } = image.getBoundingClientRect();
  if (!width) return [];
  const shape = image.width ? image.getAttribute("width") / image.getAttribute("height") : 1;
  const covers = getComputedStyle(image).objectFit === "cover";
  const shown = covers ? Math.max(width, height * shape) : width;
  const offered = [...image.closest("picture").querySelectorAll("source")][0].srcset
    .split(", ").map((one) => one.split(" ")).map(([url, size]) => [url, parseInt(size)]);
  const wanted = shown * devicePixelRatio * 1.08;
  const fits = offered.map(([, size]) => size).filter((size) => size >= wanted);
  const [, chosen] = offered.find(([url]) => image.currentSrc.endsWith(url)) ?? [];
  const isTooLarge = chosen > Math.min(...fits, Infinity);
  return isTooLarge ? [`${chosen} for ${shown}: ${image.currentSrc}`] : [];
})"""


@pytest.mark.parametrize("path", ["/", "/harbour/", STORY])
@pytest.mark.parametrize(
    ("width", "density"), [(360, 3), (412, 1.75), (700, 1), (1280, 1), (1600, 2)]
)
def test_pictures_are_no_larger_than_they_are_shown(visit, path, width, density):
    visitor = visit(viewport={"width": width, "height": HEIGHT}, device_scale_factor=density)
    visitor.open(path)
    assert visitor.check_images() == []
    assert visitor.page.evaluate(_TOO_LARGE) == []


@pytest.mark.parametrize("path", ["/", STORY])
def test_the_picture_at_the_head_of_a_page_does_not_wait(visit, path):
    visitor = visit(javascript=False)
    visitor.open(path)
    first = visitor.page.locator("main img").first
    assert first.get_attribute("loading") is None
    assert first.get_attribute("fetchpriority") == "high"
    assert visitor.page.locator("main img[fetchpriority=high]").count() == 1
