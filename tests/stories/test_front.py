"""Composing a front page: who leads, who follows, and nobody stands twice."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.stories.front import compose_front

pytestmark = pytest.mark.once

SECTIONS = [SimpleNamespace(path=f"0001{n}") for n in range(4)]


@st.composite
def stories(draw) -> list[SimpleNamespace]:
    count = draw(st.integers(0, 40))
    return [
        SimpleNamespace(
            pk=number,
            kind=draw(st.sampled_from(["news", "analysis", "opinion"])),
            is_lead=draw(st.booleans()),
            path=f"0001{draw(st.integers(0, 3))}{number:04d}",
        )
        for number in range(count)
    ]


@given(stories(), st.one_of(st.none(), st.integers(0, 50)))
def test_no_story_stands_twice_and_the_editors_choice_leads(given_stories, chosen):
    front = compose_front(given_stories, SECTIONS, chosen)
    placed = [front.lead] if front.lead else []
    placed += front.second + front.opinion
    placed += front.singles + [story for block in front.blocks for story in block.stories]
    assert len({story.pk for story in placed}) == len(placed)
    if chosen in {story.pk for story in given_stories}:
        assert front.lead.pk == chosen
    elif marked := [story for story in given_stories if story.is_lead]:
        assert front.lead is marked[0]
    elif given_stories:
        assert front.lead is given_stories[0]
    else:
        assert front.lead is None
    assert front.lead not in front.latest
    assert all(block.stories for block in front.blocks)
    assert all(story.section is block.section for block in front.blocks for story in block.stories)
