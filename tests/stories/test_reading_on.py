"""How a story begins and where it leads: the large letter, its description, the next story."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.delivery.dependencies import collect_dependencies
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.fragments import next_story_fragment
from pennypress.stories.front import choose_next
from pennypress.stories.models import StoryPage
from tests.discussion.reading import read_page

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LONG = "The council voted late on Tuesday, by nine to four, to have a court look at the sale. " * 3


def publish(section, title: str, text: str = "What happened.", **more) -> StoryPage:
    return publish_story(
        StoryPage(title=title, body=[("paragraph", f"<p>{text}</p>")], **more), section
    )


# ── The large letter ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "large"),
    [
        (LONG, True),
        (f"<b>Élan</b> vital. {LONG}", True),
        (f"Ώρα για δουλειά. {LONG}", True),
        (f"Щука и рак. {LONG}", True),
        ("Short.", False),
        (LONG[:200], False),
        (f"1986. {LONG}", False),
        (f"“We will not,” said the mayor. {LONG}", False),
        (f"صوّت المجلس. {LONG}", False),
        (f"हिन्दी में समाचार {LONG}", False),
        (f"ข่าววันนี้ {LONG}", False),
        (f"ニュース {LONG}", False),
        (f"חדשות {LONG}", False),
        (f"🎉 {LONG}", False),
        ("", False),
    ],
)
def test_a_large_letter_begins_long_texts_in_letters_that_stand_alone(reader, section, text, large):
    story = publish(section, "A story", text or "<br/>")
    body = read_page(reader, story.url).one(itemprop="articleBody")
    assert ("opens-large" in body.attributes["class"].split()) == large


def test_what_is_no_paragraph_begins_without_a_large_letter(reader, section):
    body = [("heading", "Above all"), ("paragraph", f"<p>{LONG}</p>")]
    story = publish_story(StoryPage(title="A story", body=body), section)
    assert "opens-large" not in reader.get(story.url).content.decode()


def test_the_length_is_that_of_the_first_paragraph_alone(reader, section):
    story = publish(section, "A story", f"Short.</p><p>{LONG}")
    assert "opens-large" not in reader.get(story.url).content.decode()


# ── What a page says of itself ─────────────────────────────────────────────────────────────────


def test_each_type_of_page_describes_itself(reader, story, section, campaign, discussion):
    pages = [
        "/", "/news/", story.url, f"{story.url}discussion/", "/about/", "/about/rules/",
        "/about/privacy/", "/give/", "/funding/", "/campaigns/main/", "/record/",
        "/record/how-to-check/",
    ]  # fmt: skip
    described = {
        page: read_page(reader, page).one("meta", name="description").attributes["content"].strip()
        for page in pages
    }
    assert all(described.values()), described


def test_a_story_without_a_standfirst_is_described_by_its_first_words(reader, section):
    story = publish(section, "A story", 'Fish &amp; <i>chips</i>, "as ever", are back.')
    found = read_page(reader, story.url).one("meta", name="description").attributes["content"]
    assert found == 'Fish & chips, "as ever", are back.'
    story = publish(section, "Another", LONG)
    found = read_page(reader, story.url).one("meta", name="description").attributes["content"]
    assert found.startswith("The council voted")
    assert found.endswith("…")
    assert len(found) <= 155


# ── The next story ─────────────────────────────────────────────────────────────────────────────


def next_of(reader, story: StoryPage) -> str:
    """The address to which the end of a story leads; "" where it leads nowhere."""
    main = read_page(reader, story.url).one("main")
    found = [nav.one("a") for nav in main.all("nav", class_="next")]
    assert len(found) <= 1
    return found[0].attributes["href"] if found else ""


def test_a_story_leads_to_the_one_before_it_and_the_oldest_to_the_latest(reader, story, section):
    second, third = publish(section, "Second"), publish(section, "Third")
    assert next_of(reader, third) == second.url
    assert next_of(reader, second) == story.url
    assert next_of(reader, story) == third.url


def test_the_only_story_of_a_section_leads_to_the_papers_latest(reader, story):
    other = publish(find_or_make_section("sea", "Sea"), "Alone")
    assert next_of(reader, other) == story.url
    assert next_of(reader, story) == other.url


def test_the_only_story_of_the_paper_leads_nowhere(reader, story):
    assert next_of(reader, story) == ""


def test_a_story_that_was_taken_down_is_no_next_one(reader, story, section):
    second = publish(section, "Second")
    publish(section, "Third")
    second.unpublish()
    third = StoryPage.objects.get(title="Third")
    assert next_of(reader, third) == story.url


def test_the_link_is_stale_when_its_section_changes_and_costs_few_queries(
    story, section, django_assert_max_num_queries
):
    second = publish(section, "<b>Second</b>")
    for number in range(3):
        publish(section, f"Another {number}")
    with collect_dependencies() as found, django_assert_max_num_queries(5):
        written = next_story_fragment("en", str(story.pk), str(section.pk))
    assert "Another 2" in written
    assert "&lt;b&gt;Second" in next_story_fragment("en", str(second.pk + 1), str(section.pk))
    assert f"section:{section.pk}" in found.tags
    assert "home" not in found.tags


@given(st.lists(st.integers(0, 9), unique=True), st.integers(0, 9))
def test_reading_on_never_stays_and_comes_by_all(numbers, start):
    class Story:
        def __init__(self, pk):
            self.pk = pk

    latest = [Story(number) for number in numbers]
    seen, here = [], start
    for _ in latest:
        following = choose_next(here, latest)
        if following is None:
            assert set(numbers) <= {start}
            break
        assert following.pk != here
        here = following.pk
        seen.append(here)
    assert set(numbers) <= {*seen, start}
