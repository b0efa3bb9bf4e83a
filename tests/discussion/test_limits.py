"""How many comments are taken, and what is said of those that are not."""

import json
import re
from http.client import TOO_MANY_REQUESTS
from ipaddress import ip_network

import pytest
from django.test import Client as Browser

from pennypress.discussion.actions import (
    counting,
    post_comment,
    publish_comment,
    remove_comment,
    withdraw_comment,
)
from pennypress.discussion.models import Comment
from pennypress.limits.models import Bucket, Waiting
from pennypress.limits.windows import Limit
from pennypress.readers.models import Guest
from pennypress.record.models import Entry

from .reading import fill_in
from .test_posting import form_of, problem_in, typed_in

pytestmark = pytest.mark.django_db


def post(story, number: int = 0, address: str = "203.0.113.7", browser: Browser | None = None):
    return (browser or Browser()).post(
        f"/api/v1/stories/{story.pk}/comments",
        json.dumps({"name": "Ada", "text": f"Words {number}"}),
        content_type="application/json",
        REMOTE_ADDR=address,
    )


def post_many(story, count: int, **other) -> list[int]:
    return [post(story, number, **other).status_code for number in range(count)]


def test_80_within_a_minute_are_all_taken_and_of_660_in_six_seconds_few(story, limits_clock):
    assert set(post_many(story, 80)) == {202}
    statuses = []
    for number in range(580):
        limits_clock.move(0.01)
        statuses.append(post(story, number).status_code)
    assert statuses.count(429) > 570
    assert Comment.objects.count() == 80 + statuses.count(202)


def test_of_120_within_a_minute_some_are_refused(story, limits_clock, publish_at_once):
    statuses = []
    for number in range(120):
        limits_clock.move(0.5)
        statuses.append(post(story, number).status_code)
    assert set(statuses[:80]) == {201}
    assert 10 < statuses.count(429) < 30


def test_the_api_says_so_in_a_problem_document_and_waiting_so_long_helps(
    story, limits_clock, settings, publish_at_once
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_address_story": Limit(2, 1, 60)})
    assert post_many(story, 2) == [201, 201]
    entries = Entry.objects.count()
    answer = post(story)
    assert answer.status_code == TOO_MANY_REQUESTS
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == TOO_MANY_REQUESTS
    assert answer.headers["Retry-After"] == "60"
    limits_clock.move(59)
    assert post(story).headers["Retry-After"] == "1"
    assert Entry.objects.count() == entries
    assert counting.UNSEEN._waiting == {"limit": 2}
    limits_clock.move(1)
    assert post(story).status_code == 201


def test_the_form_keeps_the_words_and_leaves_no_guest_behind(
    reader, story, limits_clock, settings, publish_at_once
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_address": Limit(1, 1, 60)})
    assert fill_in(reader, form_of(story), name="Ada", text="First").status_code == 302
    other = Browser()
    for _ in range(2):  # refused by the database, then from memory
        answer = fill_in(other, form_of(story), name="Bert", text="Many *long* words")
        assert answer.status_code == TOO_MANY_REQUESTS
        assert answer.headers["Retry-After"] == "60"
        assert typed_in(answer) == ("Many *long* words", "Bert")
        assert "60 seconds" in problem_in(answer)
        assert "pennypress_guest" not in answer.cookies
    assert Guest.objects.count() == 1
    limits_clock.move(60)
    assert fill_in(other, form_of(story), name="Bert", text="Words").status_code == 302


@pytest.mark.parametrize(
    ("limit", "stopped", "passes"),
    [
        ("comments_address_story", ["203.0.113.7"], ["203.0.113.8"]),
        ("comments_address", ["203.0.113.7", "::ffff:203.0.113.7"], ["203.0.113.8", "2001:db8::1"]),
        ("comments_network", ["203.0.113.7", "203.0.113.200"], ["203.0.112.7"]),
        ("comments_story", ["203.0.113.7", "198.51.100.1"], []),
        ("comments_site", ["203.0.113.7", "198.51.100.1"], []),
    ],
)
def test_each_limit_stops_whom_it_is_for_and_no_one_else(
    story, limits_clock, settings, publish_at_once, limit, stopped, passes
):
    settings.LIMITS = settings.LIMITS.model_copy(update={limit: Limit(1, 1, 3600)})
    assert post(story).status_code == 201
    assert {post(story, address=address).status_code for address in stopped} == {429}
    assert {post(story, address=address).status_code for address in passes} <= {201}


def test_all_addresses_of_a_64_are_one_and_those_of_a_48_one_network(
    story, limits_clock, settings, publish_at_once
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_address": Limit(1, 1, 3600)})
    assert post(story, address="2001:db8:1:1::1").status_code == 201
    assert post(story, address="2001:db8:1:1:ffff::9").status_code == 429
    assert post(story, address="2001:db8:1:2::1").status_code == 201
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_network": Limit(1, 1, 3600)})
    assert post(story, address="2001:db8:1:3::1").status_code == 429
    assert post(story, address="2001:db8:2::1").status_code == 201


def test_who_has_no_address_shares_one(story, limits_clock, settings, publish_at_once):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_address": Limit(1, 1, 3600)})
    assert [post(story, address=a).status_code for a in ("", "unix:", "x")] == [201, 429, 429]


def test_a_guest_and_an_account_are_limited_wherever_they_are(
    reader, newsroom, story, limits_clock, settings, publish_at_once
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_reader": Limit(2, 1, 3600)})
    for browser, taken in ((reader, 3), (newsroom, 2)):  # the first one made the guest
        statuses = []
        for number in range(taken + 2):
            address = f"198.51.{number}.1"
            form = browser.get(form_of(story)).content.decode()
            key = re.search(r'name="key" value="([^"]+)"', form)[1]
            typed = {"name": "Ada", "text": f"Words {number}", "key": key}
            statuses.append(browser.post(form_of(story), typed, REMOTE_ADDR=address).status_code)
        assert statuses == [302] * taken + [429] * 2


def test_a_flood_by_others_does_not_stop_a_reader_who_is_known(
    reader, story, limits_clock, settings, publish_at_once
):
    assert fill_in(reader, form_of(story), name="Ada", text="Long ago").status_code == 302
    settings.LIMITS = settings.LIMITS.model_copy(
        update={"comments_story": Limit(1, 1, 3600), "comments_site": Limit(1, 1, 3600)}
    )
    post_many(story, 3)
    assert post(story, address="198.51.100.1").status_code == 429
    assert fill_in(reader, form_of(story), name="Ada", text="And now").status_code == 302


def test_so_many_of_an_address_wait_and_no_more_until_a_moderator_decides(
    reader, story, rule, limits_clock, settings
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"waiting_address": 3})
    assert post_many(story, 3) == [202] * 3
    refused = post(story)
    assert refused.status_code == 429
    assert "moderator" in refused.json()["detail"]
    assert counting.UNSEEN._waiting == {"waiting": 1}
    assert refused.headers["Retry-After"] == "600"
    answer = fill_in(reader, form_of(story), name="Bert", text="Patient words")
    assert answer.status_code == 302  # from another address
    limits_clock.move(86_400)
    assert post(story).status_code == 429
    first, second = Comment.objects.order_by("pk")[:2]
    publish_comment(first, None)
    limits_clock.move(10)
    assert post(story).status_code == 202
    assert post(story).status_code == 429
    withdraw_comment(second)
    limits_clock.move(10)
    assert post(story).status_code == 202
    remove_comment(Comment.objects.filter(state="held").latest("pk"), rule, None)
    limits_clock.move(10)
    assert post(story).status_code == 202


def test_so_many_wait_on_the_site_and_who_is_known_goes_on(reader, story, limits_clock, settings):
    settings.LIMITS = settings.LIMITS.model_copy(update={"waiting_site": 3})
    fill_in(reader, form_of(story), name="Ada", text="First")
    publish_comment(Comment.objects.get(), None)
    assert [post(story, address=f"198.51.{n}.1").status_code for n in range(4)] == [202] * 3 + [429]
    stranger = Browser()
    answer = fill_in(stranger, form_of(story), name="Bert", text="Patient words")
    assert answer.status_code == 429
    assert typed_in(answer) == ("Patient words", "Bert")
    assert "moderator" in problem_in(answer)
    assert fill_in(reader, form_of(story), name="Ada", text="Second").status_code == 302


def test_a_form_sent_twice_counts_once(reader, story, limits_clock, settings, publish_at_once):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_address": Limit(1, 1, 3600)})
    typed = {"name": "Ada", "text": "Once", "key": "the same"}
    first = reader.post(form_of(story), typed)
    assert first.status_code == 302
    for _ in range(3):
        assert reader.post(form_of(story), typed).url == first.url


def test_what_is_refused_for_another_reason_does_not_count(
    story, limits_clock, settings, publish_at_once
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"comments_address": Limit(1, 1, 3600)})
    for _ in range(3):
        answer = Browser().post(
            f"/api/v1/stories/{story.pk}/comments",
            json.dumps({"name": "Ada", "text": "To nobody", "parent": 99}),
            content_type="application/json",
            REMOTE_ADDR="203.0.113.7",
        )
        assert answer.status_code == 422
    assert post(story).status_code == 201


def test_unlimited_networks_and_those_who_call_the_verb_are_not_limited(
    story, discussion, limits_clock, settings
):
    settings.LIMITS = settings.LIMITS.model_copy(
        update={"comments_address": Limit(1, 1, 3600), "waiting_address": 0}
    )
    settings.UNLIMITED = (ip_network("203.0.113.0/24"),)
    assert set(post_many(story, 100)) == {202}
    assert post(story, address="198.51.100.1").status_code == 429
    for number in range(10):
        post_comment(discussion, name="Ada", text=f"Words {number}")
    assert not Bucket.objects.exists()
    assert not Waiting.objects.exists()
