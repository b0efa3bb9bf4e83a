"""Composing a front page from stories: a lead, a second tier, opinion apart, each section's own.

Knows no model and asks no database: it is given stories, latest first, and sections.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

LATEST = 8
SECOND = 3
OPINION = 2
SECTION = 4


@dataclass
class SectionBlock:
    """A section's part of the front page. `form` is how it is set: led, row or brief."""

    section: Any
    form: str
    stories: list

    @property
    def first(self):
        return self.stories[0]

    @property
    def rest(self) -> list:
        return self.stories[1:]


@dataclass
class FrontPage:
    """A front page. Apart from `latest` no story stands twice.

    `singles` holds what sections with one story left have: they share a row.
    """

    lead: Any = None
    second: list = field(default_factory=list)
    latest: list = field(default_factory=list)
    opinion: list = field(default_factory=list)
    blocks: list[SectionBlock] = field(default_factory=list)
    singles: list = field(default_factory=list)
    story_count: int = 0


def compose_front(stories: Sequence, sections: Sequence, lead_id: int | None) -> FrontPage:
    """Choose what stands where. `lead_id` is the editor's choice; else a marked or the latest."""
    for story in stories:
        section = next((s for s in sections if story.path.startswith(s.path)), None)
        if section is not None:  # else it was taken down, and its stories were not
            story.section = section
    lead = _lead(stories, lead_id)
    rest = [story for story in stories if story is not lead]
    opinion = [story for story in rest if story.kind == "opinion"][:OPINION]
    news = [story for story in rest if story not in opinion]
    front = FrontPage(
        lead=lead,
        second=news[:SECOND],
        latest=rest[:LATEST],
        opinion=opinion,
        story_count=len(stories),
    )
    left = news[SECOND:]
    for section in sections:
        own = [story for story in left if story.section is section][:SECTION]
        if len(own) == 1:
            front.singles += own
        elif own:
            front.blocks.append(SectionBlock(section, _form(own, len(front.blocks)), own))
    return front


def choose_next(story_id: int, latest: Sequence):
    """Return which of some stories, latest first, is read after another; None if there is none.

    That is the one published before it, and the latest after all others.
    """
    place = next((n for n, story in enumerate(latest) if story.pk == story_id), len(latest))
    return next(iter([*latest[place + 1 :], *latest[:place]]), None)


def _lead(stories: Sequence, lead_id: int | None):
    chosen = next((story for story in stories if story.pk == lead_id), None)
    marked = next((story for story in stories if story.is_lead), None)
    return chosen or marked or (stories[0] if stories else None)


def _form(stories: Sequence, place: int) -> str:
    """The forms take turns, so that the page looks edited; few stories always stand in a row."""
    return "row" if len(stories) < 4 else ("led", "row", "brief")[place % 3]
