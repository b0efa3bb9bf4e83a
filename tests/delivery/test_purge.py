"""The purge hook hears of every change, in the end; and nothing is said to a CDN without one."""

import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.db import transaction

from pennypress.delivery import purge
from pennypress.delivery.actions import invalidate
from pennypress.delivery.models import Sequence, Tag
from pennypress.delivery.purge import MOST_BYTES, Purger, cdn_headers, open_purger
from pennypress.operations.site_folder import SiteFolder

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@dataclass
class Hook:
    """A purge hook that answers as it is told, and remembers what it was asked."""

    url: str = ""
    answers: list[int] = field(default_factory=list)  # for the next requests; then 204
    heard: list[dict] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def tags(self) -> list[list[str]]:
        return [said["tags"] for said in self.heard]


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = hook.answers.pop(0) if hook.answers else 204
            if status == 0:  # hangs up
                self.close_connection = True
                return
            if status < 300:
                hook.heard.append(json.loads(body))
                hook.headers.append(dict(self.headers))
            self.send_response(status)
            if status in {301, 307}:
                self.send_header("Location", f"{hook.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            pytest.fail("a redirect was followed")

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/purge"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield hook
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(purge, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(purge, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path


def start(hook: Hook, folder: Path, token: str = "s3cret") -> Purger:
    """The purger as it is after a start of the site."""
    return Purger(hook.url, token, folder / "purged-up-to")


def change(*tags: str) -> int:
    with transaction.atomic():
        return invalidate(*tags)


def run_until_done(purger: Purger) -> None:
    for _ in range(500):
        if purger.run_once():
            return
        time.sleep(0.01)
    pytest.fail("the hook is never told everything")


def test_what_moved_is_told_once(hook, folder):
    purger = start(hook, folder)
    change("story:1", "site")
    change("discussion:1")
    assert purger.run_once()
    assert purger.run_once()
    assert hook.tags == [["site", "story:1", "discussion:1"]]
    assert hook.headers[0]["Surrogate-Key"] == "site story:1 discussion:1"
    assert hook.headers[0]["Authorization"] == "Bearer s3cret"
    assert hook.headers[0]["Content-Type"] == "application/json"
    number = change("meter:1")
    assert purger.run_once()
    assert hook.tags[1:] == [["meter:1"]]
    assert purger.place == number


def test_without_a_token_none_is_sent(hook, folder):
    change("site")
    assert start(hook, folder, token="").run_once()
    assert "Authorization" not in hook.headers[0]


def test_a_restart_goes_on_where_it_was(hook, folder):
    change("story:1")
    assert start(hook, folder).run_once()
    change("story:2")
    assert start(hook, folder).run_once()
    assert hook.tags == [["story:1"], ["story:2"]]


@pytest.mark.parametrize("broken", [500, 404, 429, 301, 307, 0])
def test_what_fails_is_told_again_after_a_restart_too(hook, folder, broken):
    hook.answers = [broken] * 2
    change("story:1")
    purger = start(hook, folder)
    assert not purger.run_once()
    assert purger.place == 0
    change("story:2")
    assert not start(hook, folder).run_once()
    run_until_done(start(hook, folder))
    assert hook.tags == [["story:1", "story:2"]]


def test_the_pause_grows_while_it_fails_and_is_gone_when_it_works(hook, folder, caplog):
    hook.answers = [503] * 4
    change("story:1")
    purger = start(hook, folder)
    pauses = []
    while not purger.run_once():
        if purger._pause not in pauses:
            pauses.append(purger._pause)
    assert pauses == [0.01, 0.02, 0.04, 0.08]
    assert purger._pause == 0
    assert hook.tags == [["story:1"]]
    assert "answered 503" in caplog.text
    assert "answers again" in caplog.text
    assert "s3cret" not in caplog.text


def test_where_nobody_listens_nothing_is_lost(hook, folder, caplog):
    change("story:1")
    nobody = Purger("http://127.0.0.1:9/purge", "", folder / "purged-up-to")
    assert not nobody.run_once()
    assert "ConnectionRefusedError" in caplog.text
    run_until_done(start(hook, folder))
    assert hook.tags == [["story:1"]]


def test_many_tags_are_told_in_pieces_and_a_failure_repeats_only_what_is_open(hook, folder):
    tags = [f"discussion:{number:06}" for number in range(2_000)]
    for first in range(0, 2_000, 100):
        change(*tags[first : first + 100])
    hook.answers = [204, 204, 500]
    purger = start(hook, folder)
    assert not purger.run_once()
    assert len(hook.tags) == 2
    run_until_done(purger)
    told = [tag for lot in hook.tags for tag in lot]
    assert set(told) == set(tags)
    assert len(told) < 2_000 + 300  # a lot ends in the midst of a change, which begins again
    assert max(len(headers["Surrogate-Key"]) for headers in hook.headers) <= MOST_BYTES
    assert len(hook.tags) > 3


def test_a_single_change_larger_than_a_run_is_told_to_its_end(hook, folder, monkeypatch):
    monkeypatch.setattr(purge, "MOST_REQUESTS", 2)
    monkeypatch.setattr(purge, "MOST_BYTES", 40)
    tags = [f"discussion:{number}" for number in range(20)]
    change(*tags)
    run_until_done(start(hook, folder))
    assert {tag for lot in hook.tags for tag in lot} == set(tags)


def test_a_run_is_bounded_and_the_next_goes_on(hook, folder, monkeypatch):
    monkeypatch.setattr(purge, "MOST_REQUESTS", 2)
    monkeypatch.setattr(purge, "MOST_BYTES", 10)
    for number in range(5):
        change(f"story:{number}")
    purger = start(hook, folder)
    assert not purger.run_once()
    assert len(hook.tags) == 2
    run_until_done(purger)
    assert hook.tags == [[f"story:{number}"] for number in range(5)]


@pytest.mark.parametrize("content", ["", "nonsense", "\x00\xff"])
def test_a_lost_place_means_that_all_is_told_anew(hook, folder, content):
    change("story:1")
    assert start(hook, folder).run_once()
    (folder / "purged-up-to").write_text(content, "latin-1")
    assert start(hook, folder).run_once()
    assert hook.tags == [["story:1"], ["story:1"]]


def test_after_a_backup_was_put_back_all_is_told_anew(hook, folder):
    change("story:1")
    for _ in range(3):
        change("story:2")
    purger = start(hook, folder)
    assert purger.run_once()
    Sequence.objects.update(value=1)
    Tag.objects.filter(name="story:2").delete()
    assert purger.run_once()
    assert hook.tags[1:] == [["story:1"]]
    assert purger.place == 1


def test_a_tag_in_another_script_is_one_visible_word_of_the_header(hook, folder):
    change("topic:المرفأ und Hafen")
    assert start(hook, folder).run_once()
    assert hook.tags == [["topic:المرفأ und Hafen"]]
    key = hook.headers[0]["Surrogate-Key"]
    assert key.isascii()
    assert " " not in key


def test_it_never_says_more_than_what_moved(hook, folder, caplog):
    with caplog.at_level(logging.DEBUG):
        assert start(hook, folder).run_once()
    assert hook.heard == []
    assert caplog.text == ""


# ── Headers ────────────────────────────────────────────────────────────────────────────────────


def test_without_a_hook_a_cdn_is_told_nothing(settings):
    settings.PURGE_URL = ""
    assert cdn_headers(["site", "story:1"]) == []
    assert open_purger() is None


@pytest.fixture
def with_hook(settings, tmp_path) -> None:
    settings.PURGE_URL, settings.PURGE_TOKEN = "https://cdn.example/purge", "s3cret"
    settings.SITE_FOLDER = SiteFolder(tmp_path)


def test_with_a_hook_a_page_carries_its_tags_and_how_long_a_cdn_may_keep_it(with_hook):
    assert open_purger()
    assert dict(cdn_headers({"story:1", "site", "topic:Häfen"})) == {
        "surrogate-key": "site story:1 topic:H%C3%A4fen",
        "cache-control": "max-age=0, s-maxage=3600, stale-while-revalidate=30, "
        "stale-if-error=86400",
    }


@pytest.mark.parametrize(("left", "seconds"), [(90.9, 90), (0, 0), (-5, 0), (1e9, 3600)])
def test_a_page_that_time_will_change_is_not_kept_beyond_that(with_hook, left, seconds):
    rules = dict(cdn_headers(["site"], left))["cache-control"].split(", ")
    assert f"s-maxage={seconds}" in rules
    assert not any(rule.startswith("stale-while") for rule in rules)


def test_a_page_without_tags_or_with_too_many_is_not_for_a_cdn(with_hook):
    assert cdn_headers([]) == []
    assert cdn_headers(f"story:{number}" for number in range(5_000)) == []
