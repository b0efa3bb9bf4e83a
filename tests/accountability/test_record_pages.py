"""The record for people: its entries name and link what readers can see, and nothing else."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pennypress.accountability import record_pages
from pennypress.discussion.actions import (
    hold_comment,
    post_comment,
    remove_comment,
    set_open,
    withdraw_comment,
)
from pennypress.discussion.rules import record_rule
from pennypress.funding.actions import record_gift
from pennypress.operations.site_folder import SiteFolder
from pennypress.record.sealing import seal
from pennypress.stories.actions import find_or_make_section, publish_story
from pennypress.stories.models import StoryPage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)


def read_rows(reader, address="/record/?of=") -> dict[int, str]:
    """The last cell of each row of the record's table, by the number of the entry."""
    text = reader.get(address).content.decode()
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>.*?<td>.*?</td>\s*<td>(.*?)</td>\s*</tr>", text, re.S)
    return {
        int(re.sub(r"<.*?>|,", "", number)): re.sub(r"\s+", " ", html.unescape(cell)).strip()
        for number, cell in rows
    }


def latest_row(reader) -> str:
    seal()
    rows = {number: cell for number, cell in read_rows(reader).items() if "checkpoint" not in cell}
    return rows[max(rows)]


def test_an_entry_names_and_links_the_story_in_its_version(story, reader):
    assert f'<a href="{story.url}"><bdi>The quay is open again</bdi></a>' in latest_row(reader)
    assert "version 1" in latest_row(reader)
    page = reader.get(f"/record/{max(read_rows(reader))}/").content.decode()
    assert "How to check the record" in page, "the day's checkpoint"
    tags = reader.get("/record/").cached_page.tags
    assert f"story:{story.pk}" in tags


def test_a_story_that_was_taken_down_is_not_named(story, discussion, publish_at_once, reader):
    post_comment(discussion, name="Ann", text="Words of mine.")
    assert "The quay is open again" in latest_row(reader)
    story.unpublish()
    seal()
    text = reader.get("/record/").content.decode()
    assert "The quay is open again" not in text
    assert story.url not in text
    assert f"story:{story.pk}" in reader.get("/record/").cached_page.tags
    for number in read_rows(reader):
        assert "The quay" not in reader.get(f"/record/{number}/").content.decode()


def test_entries_about_comments_name_the_page_and_nothing_that_was_taken_back(
    story, discussion, publish_at_once, rule, reader
):
    comment = post_comment(discussion, name="Ann Uncommon", text="Words of mine.").comment
    assert f'href="{story.url}discussion/{comment.pk}/"><bdi>The quay' in latest_row(reader)
    assert f"discussion:{discussion.pk}" in reader.get("/record/").cached_page.tags
    held = hold_comment(post_comment(discussion, name="Bo", text="More.").comment, None)
    assert "<a" not in latest_row(reader), "what is held is seen nowhere"
    remove_comment(comment, rule, None)
    row = latest_row(reader)
    assert f'href="/about/rules/#rule-{rule.number}"><bdi>rule 3: {rule.title}' in row
    assert f'href="{story.url}discussion/"><bdi>The quay' in row
    assert "rules" in reader.get("/record/").cached_page.tags
    withdraw_comment(held)
    assert f'href="{story.url}discussion/"><bdi>The quay' in latest_row(reader)
    for number in (comment.pk, held.pk):
        assert f"discussion/{number}/" not in reader.get("/record/").content.decode()
    text = reader.get("/record/").content.decode()
    for word in ("Ann", "Uncommon", "Bo", "Words of mine"):
        assert word not in re.sub("<.*?>", "", text)


def test_entries_about_discussions_rules_and_the_fund_are_linked(story, campaign, rule, reader):
    set_open(story, False)
    assert f'<a href="{story.url}"><bdi>The quay is open again' in latest_row(reader)
    rule.title = "Stay with the matter"
    rule.save()
    record_rule(rule, "changed")
    assert "rule 3: Stay with the matter" in latest_row(reader)
    record_gift(campaign, 500, "USD", name="Giver Uncommon")
    row = latest_row(reader)
    assert '<a href="/campaigns/main/"><bdi>A year of the Tide</bdi></a>' in row
    assert "5 $" in row
    assert "Uncommon" not in reader.get("/record/").content.decode()
    assert f"campaign:{campaign.pk}" in reader.get("/record/").cached_page.tags


def test_the_daily_checkpoint_says_its_size_and_fingerprint(site, reader):
    day = seal()
    rows = read_rows(reader)
    (row,) = (row for row in rows.values() if "first checkpoint of a day" in row)
    assert f"{day.size - 1} entries, " in row
    assert '<a href="/record/how-to-check/">' in row


def test_names_are_escaped_and_in_their_own_language(story, reader):
    story.title = "<b>Bold & bolder</b>"
    publish_story(story, story.get_parent().specific)
    seal()
    text = reader.get("/de/record/").content.decode()
    assert "&lt;b&gt;Bold &amp; bolder" in text
    assert '<small lang="en">' in text


def count_queries(reader, address) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert reader.get(address).status_code == 200
    return len(captured)


def test_a_hundred_entries_take_no_more_queries_than_ten(
    section, campaign, publish_at_once, rule, reader, monkeypatch
):
    def happen(number: int) -> None:
        story = publish_story(
            StoryPage(title=f"Story {number}", body=[("paragraph", "<p>Words.</p>")]),
            find_or_make_section(f"section-{number % 3}", "Section"),
        )
        talk = story.discussion
        comment = post_comment(talk, name="Ann", text="Words.").comment
        remove_comment(comment, rule, None)
        post_comment(talk, name="Bo", text="Other words.")
        record_gift(campaign, 100, "USD")

    for number in range(3):
        happen(number)
    seal()
    reader.get("/record/")
    monkeypatch.setattr(record_pages, "ENTRIES", 10)
    few = count_queries(reader, "/record/?before=15")
    for number in range(3, 25):
        happen(number)
    seal()
    monkeypatch.setattr(record_pages, "ENTRIES", 100)
    many = count_queries(reader, "/record/?before=115")
    assert len(read_rows(reader, "/record/?before=115")) == 100
    assert many <= few + 2, (few, many)
    assert many <= 40
