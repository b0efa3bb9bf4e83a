"""What an editor does: write a story with a picture, look at the draft, put it out."""

import re
import time
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, expect

from .visitor import Visitor

TITLE = "The weighbridge is level again"
WORDS = "It was out by eleven kilos, and by nobody’s hand."
CHANGED = "The town clerk has weighed himself twice."
PICTURE_SECONDS = 60


def draw_picture() -> bytes:
    """A photograph of snow that is no other's, larger than any size that pages ask for."""
    out = BytesIO()
    Image.effect_noise((900, 600), 60).resize((1800, 1200)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def choose_new_picture(page: Page) -> None:
    """Upload a picture in the chooser of the lead picture."""
    page.get_by_role("button", name="Choose an image").first.click()
    dialog = page.locator(".modal-dialog")
    dialog.get_by_role("tab", name="Upload").click()
    dialog.locator("input[type=file]").set_input_files(
        {"name": "weighbridge.jpg", "mimeType": "image/jpeg", "buffer": draw_picture()}
    )
    dialog.locator("input[name$=title]").fill("A weighbridge")
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog).to_have_count(0)


def write_paragraph(page: Page, words: str) -> None:
    """Add a paragraph to the story's body."""
    body = page.locator("#panel-child-content-body-content, [id*=panel][id*=body-content]").first
    body.get_by_role("button", name=re.compile("Insert a block")).first.click()
    page.get_by_role("option", name="Paragraph").click()
    text = body.locator(".public-DraftEditor-content").last
    text.click()
    type_words(page, words)


def type_words(page: Page, words: str) -> None:
    """Type, and wait until the editor has put the words into the form that will be sent."""
    page.keyboard.type(words)
    page.wait_for_function(
        """(words) => [...document.querySelectorAll("[name^=body-][name$=-value]")]
                        .some((field) => field.value.includes(words))""",
        arg=words,
    )


def press_publish(page: Page) -> None:
    page.locator('footer [data-w-dropdown-target="toggle"]').click()
    with page.expect_navigation():
        page.locator("button[name=action-publish]").click()


def look_at_draft(editor: Visitor, number: int) -> str:
    """The text of a story's draft, as the editor alone can see it."""
    answer = editor.open(f"/admin/pages/{number}/view_draft/")
    assert answer.status == 200
    return editor.page.locator("main").inner_text()


def test_a_story_is_written_looked_at_and_put_out(visit, demo, editor):
    demo.wait_for_pictures()  # the server cuts one after the other, first come first served
    ((section,),) = demo.site.ask(
        "SELECT id FROM wagtailcore_page WHERE url_path LIKE '%/home/town-hall/'"
    )
    page = editor.page
    editor.open(f"/admin/pages/add/stories/storypage/{section}/")
    page.fill("textarea[name=title], input[name=title]", TITLE)
    page.fill("textarea[name=standfirst]", "The council paid for it with the sale of a tuba.")
    choose_new_picture(page)
    page.fill("[name=lead_alt]", "A broad iron plate, level with the road.")
    write_paragraph(page, WORDS)
    # The admin saves drafts by itself. Until it has done so first, this is a form for a new page.
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    number = int(re.findall(r"\d+", editor.path)[0])
    press_publish(page)

    reader = visit()
    path = "/town-hall/the-weighbridge-is-level-again/"
    assert reader.open(path).status == 200
    assert reader.page.locator("h1").inner_text() == TITLE
    assert reader.page.locator("[itemprop=articleBody] p").all_inner_texts() == [WORDS]
    until = time.monotonic() + PICTURE_SECONDS
    while reader.check_images():
        assert time.monotonic() < until, "the picture was not cut to size in a minute"
        time.sleep(1)
        reader.open(path)
    sizes = reader.page.locator("picture source").first.get_attribute("srcset")
    assert sizes
    assert re.findall(r"(\d+)w", sizes) == ["480", "720", "960", "1600"]

    editor.open(f"/admin/pages/{number}/edit/")
    page.locator(".public-DraftEditor-content").last.click()
    page.keyboard.press("Control+End")
    type_words(page, f" {CHANGED}")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("body")).to_contain_text(re.compile("saved|draft", re.IGNORECASE))
    assert CHANGED in look_at_draft(editor, number)
    reader.open(path)
    assert CHANGED not in reader.page.content()
    assert reader.cookies == []


def test_an_address_follows_a_name_in_any_script_until_somebody_writes_another(editor):
    editor.open("/admin/snippets/stories/person/add/")
    page = editor.page
    slug = page.locator("#id_slug")
    page.locator("#id_name").press_sequentially("सुनीता शर्मा!")
    expect(slug).to_have_value("सुनीता-शर्मा")
    page.locator("#id_name").fill("")
    page.locator("#id_name").press_sequentially("ดาว Åse—2")
    expect(slug).to_have_value("ดาว-åse-2")
    slug.fill("My own Slug")
    page.keyboard.press("Tab")
    expect(slug).to_have_value("my-own-slug")
    page.locator("#id_name").press_sequentially(" more")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)  # longer than the script waits for the next key
    expect(slug).to_have_value("my-own-slug")


# ── The admin's Content-Security-Policy ────────────────────────────────────────────────────────

# A violation is told to the page, wherever the script or style sheet stood.
_NOTE_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`violation: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`), true);
"""


def test_the_admin_works_under_its_policy_and_nothing_in_it_breaks_it(demo, editor):
    page, violations = editor.page, []
    page.add_init_script(_NOTE_VIOLATIONS)
    page.on("console", lambda m: violations.append(m.text) if "violation" in m.text else None)
    ((number,),) = demo.site.ask(
        "SELECT min(id) FROM wagtailcore_page WHERE url_path LIKE '%/home/town-hall/_%'"
    )
    editor.open(f"/admin/pages/{number}/edit/")
    # Draftail: its menu of commands and its toolbar.
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("/")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+a")
    # StreamField, and a picture chosen in it.
    body = page.locator("[id*=panel][id*=body-content]").first
    body.get_by_role("button", name=re.compile("Insert a block")).first.click()
    page.get_by_role("option", name="Picture").first.click()
    body.get_by_role("button", name="Choose an image").first.click()
    dialog = page.locator(".modal-dialog")
    dialog.get_by_role("tab", name="Upload").click()
    dialog.get_by_role("tab", name="Search").click()
    dialog.locator("a[data-chooser-modal-choice], .image-choice, ul.listing a").first.click()
    expect(dialog).to_have_count(0)
    # A row that the form adds has a script of its own.
    page.locator("#id_bylines-ADD").click()
    page.locator("[id^=inline_child_bylines] button:has-text('Choose')").last.click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    # The preview frames a page of the site.
    page.get_by_role("button", name=re.compile("Toggle preview", re.IGNORECASE)).first.click()
    preview = page.frame_locator("iframe").first
    expect(preview.locator("h1")).to_be_visible()
    # A date picker.
    page.get_by_role("button", name=re.compile("Toggle status", re.IGNORECASE)).first.click()
    page.get_by_role("button", name=re.compile("schedule", re.IGNORECASE)).first.click()
    page.locator("input[name=go_live_at]:visible").first.click()
    expect(page.locator(".xdsoft_datetimepicker:visible").first).to_be_visible()
    ((picture,),) = demo.site.ask("SELECT min(id) FROM stories_picture")
    for path in (
        "/admin/", "/admin/images/", f"/admin/images/{picture}/", "/admin/images/add/",
        "/admin/documents/multiple/add/", "/admin/discussion/", "/admin/users/new/",
        "/admin/snippets/stories/person/add/", "/admin/reports/aging-pages/",
        f"/admin/pages/{number}/history/", f"/admin/pages/{number}/move/",
    ):  # fmt: skip
        assert editor.open(path).status == 200, path
        page.wait_for_load_state("networkidle")
    assert violations == []
    # And it holds: whatever gets into a page is not run.
    page.evaluate(
        """() => {
          window.ran = [];
          const script = document.createElement("script");
          script.textContent = "window.ran.push('script')";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='ran.push(1)'>");
          setTimeout("window.ran.push('text')", 0);
        }"""
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.ran") == []
    assert violations
