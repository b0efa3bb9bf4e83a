"""What of stories stands on other pages, as fragments: the way from one story to the next."""

from django.template.loader import render_to_string

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact
from pennypress.delivery.fragments import fragment

from .actions import home_of
from .front import choose_next
from .models import HomePage, SectionPage, StoryPage

LATEST = 25  # of a section: who reads on among these is led through them


@fragment("next-story")
def next_story_fragment(language: str, number: str, section: str) -> str:
    """A link from a story (by its number) to the next one of its section, or else of the paper."""
    story = choose_next(int(number), _latest_in_section(section))
    story = story or choose_next(int(number), _latest_of_paper(language))
    return render_to_string("stories/next.html", {"story": story}) if story else ""


def _latest_in_section(number: str) -> list[StoryPage]:
    def read() -> list[StoryPage]:
        depends_on(f"section:{number}", "site")
        section = SectionPage.objects.filter(pk=number).first()
        return _latest_below(section, LATEST) if section else []

    return cached_fact(("latest-in-section", number), read)


def _latest_of_paper(language: str) -> list[StoryPage]:
    def read() -> list[StoryPage]:
        depends_on("home", "navigation", "site")
        home = home_of(language)
        return _latest_below(home, 2) if home else []

    return cached_fact(("latest-of-paper", language), read)


def _latest_below(page: HomePage | SectionPage, number: int) -> list[StoryPage]:
    stories = StoryPage.objects.descendant_of(page).in_order().select_related("locale")
    return list(stories[:number])
