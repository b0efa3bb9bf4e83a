"""The newsroom's own pages in the admin: today, the moderation queue, gifts, campaigns, people."""

import base64
import hashlib
import json
import re

import pytest
from django.urls import reverse

from pennypress.discussion.actions import post_comment
from pennypress.discussion.models import Comment, Rule
from pennypress.discussion.views import private_path
from pennypress.funding.actions import record_gift
from pennypress.funding.figures import read_meter
from pennypress.funding.models import Campaign, Transfer
from pennypress.readers.actions import make_editor, sign_in_path
from pennypress.readers.models import Account
from pennypress.record.models import Entry
from pennypress.record.sealing import seal
from pennypress.stories.actions import publish_story
from pennypress.stories.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def held(discussion) -> Comment:
    return post_comment(discussion, name="Hanne", text="I was **there**.").comment


QUEUE = "/admin/discussion/"


def decide(client, comment: Comment, **data):
    return client.post(reverse("moderation-decide", args=[comment.pk]), data)


def test_todays_page_shows_what_waits(newsroom, held, campaign):
    page = newsroom.get("/admin/").content.decode()
    assert "1 comment waits" in page
    assert "Hanne" in page
    assert "4,700" in page


def test_a_held_comment_waits_in_the_queue_and_is_made_visible_there(reader, newsroom, held, story):
    queue = newsroom.get("/admin/discussion/").content.decode()
    assert "<strong>there</strong>" in queue
    assert b"Hanne" not in reader.get(story.url).content
    decide(newsroom, held, act="publish")
    assert b"Hanne" in reader.get(story.url).content
    assert "Hanne" not in newsroom.get("/admin/discussion/").content.decode()
    assert "Hanne" in newsroom.get("/admin/discussion/?state=visible").content.decode()


def test_removing_names_a_rule_and_is_refused_without_one(reader, newsroom, held, story, rule):
    decide(newsroom, held, act="publish")
    refused = decide(newsroom, held, act="remove", why="A guess at motives", next="?state=visible")
    assert refused.status_code == 422
    assert b"Name the house rule" in refused.content
    assert b'value="A guess at motives"' in refused.content  # and nothing typed is lost
    deceiving = decide(newsroom, held, act="remove", rule=rule.pk, why="A \u202eguess")
    assert b"U+202E" in deceiving.content
    assert Comment.objects.get(pk=held.pk).visible
    decide(newsroom, held, act="remove", rule=rule.pk, why="A guess at motives")
    page = reader.get(story.url).content.decode()
    assert "Hanne" not in page
    assert "rule 3 (attacks on people)" in page
    removed = newsroom.get("/admin/discussion/?state=removed").content.decode()
    assert "A guess at motives" in removed


def test_a_decision_that_is_no_longer_possible_says_so(newsroom, held):
    decide(newsroom, held, act="publish")
    again = decide(newsroom, held, act="publish", why="It is a fair question")
    assert b"Only a held or removed comment" in again.content
    assert b"Your reason was: It is a fair question" in again.content


def test_what_is_restored_is_called_restored_and_the_history_is_in_plain_words(
    newsroom, held, rule
):
    assert "Held: a moderator reads it before readers do" in newsroom.get(QUEUE).content.decode()
    decide(newsroom, held, act="publish")
    decide(newsroom, held, act="remove", rule=rule.pk, why="A guess")
    page = newsroom.get(f"{QUEUE}?state=removed").content.decode()
    assert "Removed by" in page
    assert "under rule 3 (attacks on people). A guess" in page
    form = {"act": "publish", "next": QUEUE}
    back = newsroom.post(reverse("moderation-decide", args=[held.pk]), form, follow=True)
    assert "Restored." in back.content.decode()
    assert "Made visible." not in back.content.decode()


def test_a_long_comment_is_folded(newsroom, discussion):
    post_comment(discussion, name="Long", text="Words of a long comment. " * 400)
    post_comment(discussion, name="Short", text="Few words.")
    page = newsroom.get(QUEUE).content.decode()
    assert page.count("<summary") == 1
    assert "(all 9999 characters)" in page


def test_an_author_reads_one_reason_why_a_comment_waits(reader, newsroom, held):
    private = private_path(held)
    assert b"A moderator reads it before everybody can" in reader.get(private).content
    decide(newsroom, held, act="publish")
    decide(newsroom, held, act="hold", why="Please name your source")
    page = reader.get(private).content.decode()
    assert "taken it out of the discussion for another look" in page
    assert "Please name your source" in page
    assert "before everybody can" not in page


def test_nobody_else_moderates_or_books(reader, held, campaign):
    Account.objects.create_user("reader@example.org", "a long password")
    reader.login(username="reader@example.org", password="a long password")
    for address in ("/admin/discussion/", "/admin/gifts/"):
        assert reader.get(address).status_code in {302, 403}
    assert decide(reader, held, act="publish").status_code in {302, 403}
    assert Comment.objects.get(pk=held.pk).state == "held"


def test_the_way_back_never_leads_to_another_site(newsroom, held):
    answer = decide(newsroom, held, act="publish", next="https://elsewhere.example.org/")
    assert answer.url == "/admin/discussion/"


def test_a_gift_moves_the_meter_and_a_wrong_one_says_why(newsroom, campaign):
    form = {
        "campaign": campaign.pk,
        "day": "2026-01-02",
        "received_in": "cash",
        "name": "Per",
        "reference": "box 1",
    }
    assert newsroom.post("/admin/gifts/", form | {"amount": "12.50"}).status_code == 302
    assert read_meter(campaign, "en").raised.minor == 1250
    assert Transfer.objects.get().debit.code == "assets:cash"
    for amount, why in (
        ("0", "more than zero"),
        ("-1", "more than zero"),
        ("10.005", "decimals"),
        ("ten", "is not an amount"),
        ("3", "already in the ledger"),
    ):
        answer = newsroom.post("/admin/gifts/", form | {"amount": amount})
        assert answer.status_code == 422
        assert why in answer.content.decode()
        assert f'value="{amount}"' in answer.content.decode()
    assert read_meter(campaign, "en").raised.minor == 1250


def test_a_givers_name_is_erased_and_the_gift_stays(newsroom, campaign, client):
    gift = record_gift(campaign, 500, "USD", name="Per Uncommon")
    address = reverse("erase-giver", args=[gift.entry])
    assert address in newsroom.get("/admin/gifts/").content.decode()
    assert newsroom.get(address).status_code == 405
    assert client.post(address).status_code in {302, 403}
    assert Transfer.objects.get().giver.name == "Per Uncommon"
    answer = newsroom.post(address, follow=True).content.decode()
    assert "The name is erased" in answer
    assert "Per Uncommon" not in answer
    assert address not in answer
    assert read_meter(campaign, "en").raised.minor == 500
    assert Entry.objects.last().kind == "giver.erased"
    assert "There is no name" in newsroom.post(address, follow=True).content.decode()
    assert newsroom.post(reverse("erase-giver", args=[10**9])).status_code == 404


def test_a_campaign_is_opened_and_changed_in_whole_units(newsroom, site):
    form = {
        "title": "A roof for the press",
        "slug": "roof",
        "currency": "USD",
        "goal_amount": "4700.50",
        "text": "",
        "appeal_heading": "",
        "appeal_text": "",
    }
    newsroom.post("/admin/snippets/funding/campaign/add/", form)
    campaign = Campaign.objects.get(slug="roof")
    assert campaign.goal == 470_050
    edit = f"/admin/snippets/funding/campaign/edit/{campaign.pk}/"
    assert 'value="4700.50"' in newsroom.get(edit).content.decode()
    answer = newsroom.post(edit, form | {"goal_amount": "-5"})
    assert "more than zero" in answer.content.decode()
    answer = newsroom.post(edit, form | {"currency": "XXZ"})
    assert "is not a currency" in answer.content.decode()
    assert Campaign.objects.get(slug="roof").goal == 470_050


def test_a_person_has_a_page_with_their_stories(reader, newsroom, story, section):
    newsroom.post(
        "/admin/snippets/stories/person/add/",
        {"name": "Ines Calder", "slug": "ines", "role": "Reporter", "bio": "null", "portrait": ""},
    )
    person = Person.objects.get(slug="ines")
    story.bylines.create(person=person)
    publish_story(story, section)
    page = reader.get("/people/ines/").content.decode()
    assert "Ines Calder" in page
    assert story.title in page
    assert "Ines Calder" in reader.get(story.url).content.decode()


def test_a_published_story_is_not_deleted(newsroom, story):
    answer = newsroom.post(f"/admin/pages/{story.pk}/delete/", follow=True)
    assert "cannot be deleted" in answer.content.decode()
    assert type(story).objects.filter(pk=story.pk).exists()


def test_the_one_time_link_asks_first_signs_in_once_and_offers_a_password(reader, site):
    link = sign_in_path(make_editor("new@example.org"))
    assert b"works once" in reader.get(link).content
    assert reader.post(link).url == "/accounts/password/"
    refused = reader.post("/accounts/password/", {"new_password1": "a", "new_password2": "b"})
    assert refused.status_code == 422
    words = "a penny for the press"
    done = reader.post("/accounts/password/", {"new_password1": words, "new_password2": words})
    assert done.url == "/admin/"
    assert reader.get("/admin/").status_code == 200
    assert reader.get(link).status_code == 410
    assert Account.objects.get(email="new@example.org").check_password(words)


def said_of_rule(number):
    entries = Entry.objects.filter(kind="policy.changed", subject=f"rule:{number}")
    return [json.loads(bytes(entry.body))["facts"]["change"] for entry in entries.order_by("pk")]


def test_house_rules_do_not_change_in_silence(reader, newsroom, site):
    words = {"number": 9, "label": "shouting", "title": "Do not shout", "text": "Speak plainly."}
    newsroom.post(reverse("wagtailsnippets_discussion_rule:add"), words)
    rule = Rule.objects.get(number=9)
    edit = reverse("wagtailsnippets_discussion_rule:edit", args=[rule.pk])
    newsroom.post(edit, words)
    assert said_of_rule(9) == ["made"], "what stays as it was is no change"
    newsroom.post(edit, words | {"text": "Speak plainly, and softly."})
    assert b"and softly" in reader.get("/about/rules/").content
    seal()
    opened = reader.get("/record/opened/0.json").json()["opened"]
    (of_rule,) = [one for one in opened if "Speak plainly" in one["content"]]
    assert json.loads(of_rule["content"])["text"] == "Speak plainly, and softly."
    entry = Entry.objects.get(index=of_rule["entry"])
    salt = base64.b64decode(of_rule["salt"])
    assert (
        hashlib.sha256(salt + of_rule["content"].encode()).hexdigest() in bytes(entry.body).decode()
    )
    newsroom.post(reverse("wagtailsnippets_discussion_rule:delete", args=[rule.pk]))
    assert said_of_rule(9) == ["made", "changed", "removed"]


def test_a_comments_page_leads_to_its_entries_in_the_record(reader, newsroom, held, story, rule):
    decide(newsroom, held, act="publish")
    decide(newsroom, held, act="remove", rule=rule.pk)
    decide(newsroom, held, act="publish")
    seal()
    page = reader.get(f"{story.url}discussion/{held.pk}/").content.decode()
    kinds = [
        Entry.objects.get(index=int(index)).kind
        for index in re.findall(r'href="/record/(\d+)/">Entry', page)
    ]
    assert kinds == [
        "comment.posted", "comment.published", "comment.removed", "comment.restored",
    ]  # fmt: skip
    for index in re.findall(r'href="(/record/\d+/)">Line', page):
        assert reader.get(index).status_code == 200
