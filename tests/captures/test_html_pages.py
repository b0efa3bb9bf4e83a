"""The parser of saved pages reaches its figures on the pages that it was tuned on."""

from pathlib import Path

import pytest

from bench import captures
from pennypress.captures.html import read_page

pytestmark = pytest.mark.once

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
LEAST = 0.95  # of comments, parents and headlines


@pytest.fixture(scope="module")
def scores():
    found = {}
    for path in PAGES:
        gold = captures.load_gold(path)
        items = read_page(path.read_bytes(), name=path.name, captured=captures.captured_at(path))
        found[path.stem] = captures.score_page(gold, items, verbose=True)
    return found


@pytest.fixture(scope="module")
def total(scores):
    total = captures.Score()
    for score in scores.values():
        total.add(score)
    return total


def test_comments_are_found_with_author_and_words(total):
    assert total.f1 >= LEAST
    assert total.gold > 300


def test_answers_are_found_below_what_they_answer(total):
    assert total.parent_share >= LEAST


def test_headlines_are_found(total):
    assert total.headlines >= LEAST * total.headline_of


def test_stories_are_found(total):
    assert total.story_right >= LEAST * total.story_gold
    assert total.story_right >= LEAST * total.story_found


def test_no_readers_words_become_the_papers(total):
    assert total.leaked == 0


def test_nothing_is_made_up(total):
    assert total.invented == 0
    assert total.meters == 0


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_page_is_lost(scores, path):
    score = scores[path.stem]
    assert score.refused == 0
    assert score.f1 >= 0.75, score.notes
