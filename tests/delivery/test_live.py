"""Event streams: who is told what, when, and what becomes of clients that do not read."""

import http.client
import json
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator

import pytest

from tests.cli.command import clean_environment, free_port

from .live_server import MOST_LISTENERS
from .streams import Stream, open_deaf, wait_for

pytestmark = pytest.mark.once


class Streams:
    """A server of event streams over topics made up for tests, which can be steered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, path: str, method: str = "GET") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path)
        return connection.getresponse()

    def steer(self, path: str, **query: object) -> dict:
        return json.loads(self.ask(f"{path}?{urllib.parse.urlencode(query, doseq=True)}").read())

    def move(self, *tags: str) -> int:
        """Let tags move, in one batch; return the number of the change."""
        return self.steer("/move", tag=tags)["sequence"]

    @property
    def open(self) -> int:
        return self.steer("/counts")["open"]

    def written(self, number: int, language: str = "en") -> int:
        return self.steer("/counts")["written"].get(f"{number} {language}", 0)

    def listen(self, query: str, last_event_id: str = "") -> Stream:
        return Stream(self.address, query, last_event_id)


@pytest.fixture
def streams() -> Iterator[Streams]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.live_server", str(port)], env=clean_environment()
    )
    server = Streams(port)

    def answers() -> bool:
        assert process.poll() is None, "the server ended"
        try:
            return server.ask("/counts").status == 200
        except OSError:
            return False

    try:
        wait_for(answers)
        yield server
    finally:
        process.terminate()
        process.wait(10)


# ── What is asked for ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "query",
    [
        "",
        "since=1",
        "topic=",
        "topic=sheet",
        "topic=sheet:",
        "topic=sheet:0",
        "topic=sheet:01",
        "topic=sheet:-1",
        "topic=sheet:1x",
        "topic=sheet:%D9%A1",
        "topic=sheet:1234567890123456789",
        "topic=secret:1",
        "topic=sheet:1&topic=secret:1",
        "topic=sheet:1&lang=xx",
        "topic=sheet:1&since=",
        "topic=sheet:1&since=-1",
        "topic=sheet:1&since=1e3",
        "&".join(f"topic=sheet:{n}" for n in range(1, 14)),
        "&".join(["topic=sheet:1"] * 40),
    ],
)
def test_what_is_no_question_is_refused_in_a_line(streams, query):
    answer = streams.ask(f"/live/?{query}")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.read().decode().count("\n") == 1


def test_only_get_and_only_the_one_address(streams):
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        answer = streams.ask("/live/?topic=sheet:1", method)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert streams.ask("/live/sheet/?topic=sheet:1").status == 404


def test_a_stream_says_what_it_is_and_when_to_come_back(streams):
    with streams.listen("topic=sheet:1&since=0") as stream:
        streams.move("sheet:1")
        assert stream.next() is not None
        assert stream.retry == [3000]
        headers = stream.response.headers
        assert headers["Content-Type"].startswith("text/event-stream")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Accel-Buffering"] == "no"


# ── Who is told what ───────────────────────────────────────────────────────────────────────────


def test_a_change_reaches_those_who_listen_to_it_in_their_language_and_no_others(streams):
    with (
        streams.listen("topic=sheet:1") as english,
        streams.listen("topic=sheet:1&lang=de") as german,
        streams.listen("topic=sheet:2&topic=sheet:3") as other,
    ):
        number = streams.move("sheet:1", "home")
        for stream in (english, german):
            event = stream.next()
            assert (event.name, event.data["sheet"], event.id) == ("sheet", 1, number)
        streams.move("sheet:3")
        assert other.next().data["sheet"] == 3
        assert [streams.written(1), streams.written(1, "de"), streams.written(2)] == [1, 1, 0]


def test_who_says_what_it_knows_gets_the_state_of_what_moved_since_and_nothing_else(streams):
    first = streams.move("sheet:1")
    second = streams.move("sheet:2")
    with streams.listen(f"topic=sheet:1&topic=sheet:2&topic=sheet:3&since={first}") as stream:
        event = stream.next()
        assert (event.data["sheet"], event.id) == (2, second)
        assert not stream.has_more()
    with streams.listen(f"topic=sheet:1&topic=sheet:2&since={second}") as stream:
        assert not stream.has_more()
    with streams.listen("topic=sheet:1&topic=sheet:2") as stream:
        assert not stream.has_more()
    with streams.listen("topic=sheet:1&topic=sheet:2&since=0") as stream:
        assert {stream.next().data["sheet"], stream.next().data["sheet"]} == {1, 2}


def test_the_header_of_a_returning_client_wins_over_the_address(streams):
    first = streams.move("sheet:1")
    with streams.listen("topic=sheet:1&since=0", last_event_id=str(first)) as stream:
        assert not stream.has_more()
    streams.move("sheet:1")
    with streams.listen("topic=sheet:1&since=99", last_event_id=str(first)) as stream:
        assert stream.next().data["sheet"] == 1
    with streams.listen("topic=sheet:1&since=0", last_event_id="not ours") as stream:
        assert stream.next().data["sheet"] == 1


def test_a_client_that_resumes_from_what_it_was_told_misses_nothing(streams):
    streams.steer("/hold")
    with streams.listen("topic=sheet:1&topic=sheet:2") as stream:
        last = streams.move("sheet:1", "sheet:2")
        streams.steer("/release")
        events = [stream.next(), stream.next()]
    # Were the connection cut between the two, the first one's number must not hide the second.
    assert [event.id for event in events] == [None, last]


def test_what_has_no_page_tells_nothing(streams):
    streams.move("sheet:404")
    with streams.listen("topic=sheet:404&topic=sheet:1&since=0") as stream:
        streams.move("sheet:404", "sheet:1")
        assert stream.next().data["sheet"] == 1


# ── What it costs ──────────────────────────────────────────────────────────────────────────────


def test_a_topic_is_written_once_for_all_its_listeners(streams):
    with (
        streams.listen("topic=sheet:1") as one,
        streams.listen("topic=sheet:1") as two,
        streams.listen("topic=sheet:1&topic=sheet:2&since=0") as three,
    ):
        streams.move("sheet:1")
        assert [stream.next().data["written"] for stream in (one, two, three)] == [1, 1, 1]
        assert streams.written(1) == 1
        with streams.listen("topic=sheet:1&since=0") as late:
            assert late.next().data["written"] == 1
        assert streams.written(1) == 1


def test_changes_while_it_is_being_written_are_told_by_one_more_writing(streams):
    with streams.listen("topic=sheet:1") as one, streams.listen("topic=sheet:1") as two:
        streams.steer("/hold")
        streams.move("sheet:1")
        streams.steer("/began")
        for _ in range(5):
            last = streams.move("sheet:1")
        streams.steer("/release")
        for stream in (one, two):
            event = stream.next()
            while event.id is None:
                event = stream.next()
            assert (event.id, event.data["written"]) == (last, 2)
        assert streams.written(1) == 2


def test_a_writing_that_failed_is_tried_again(streams):
    with streams.listen("topic=sheet:1") as stream:
        streams.steer("/fail")
        last = streams.move("sheet:1")
        event = stream.next()
        assert (event.id, event.data["written"]) == (last, 2)


def test_there_is_a_bound_on_listeners_and_those_who_leave_make_room(streams):
    opened = [streams.listen("topic=sheet:1") for _ in range(MOST_LISTENERS)]
    answer = streams.ask("/live/?topic=sheet:1")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    opened.pop().__exit__()
    wait_for(lambda: streams.open == MOST_LISTENERS - 1)
    with streams.listen("topic=sheet:1") as stream:
        streams.move("sheet:1")
        assert stream.next() is not None
    for left in opened:
        left.__exit__()
    wait_for(lambda: streams.open == 0)


def test_a_client_that_never_reads_holds_nobody_and_is_let_go(streams):
    streams.steer("/swell", bytes=60_000)
    with open_deaf(streams.address, "topic=sheet:1"), streams.listen("topic=sheet:2") as other:
        wait_for(lambda: streams.open == 2)
        for _ in range(10):
            streams.move("sheet:1", "sheet:2")
            assert other.next().data["sheet"] == 2
        wait_for(lambda: streams.open == 1)
        streams.move("sheet:2")
        assert other.next().data["sheet"] == 2


def test_a_stream_that_carried_much_ends_and_resumes_without_a_gap(streams):
    streams.steer("/swell", bytes=60_000)
    with streams.listen("topic=sheet:1") as stream:
        known = 0
        while True:
            last = streams.move("sheet:1")
            event = stream.next()
            if event is None:
                break
            known = event.id or known
    assert 0 < known < last
    with streams.listen("topic=sheet:1", last_event_id=str(known)) as stream:
        assert stream.next().id == last


def test_a_server_that_ends_lets_its_clients_go_one_after_the_other(streams):
    with streams.listen("topic=sheet:1") as one, streams.listen("topic=sheet:1") as two:
        ending = threading.Thread(target=streams.steer, args=("/close",))
        ending.start()
        assert one.next() is None
        assert two.next() is None
        ending.join()
        assert one.retry[0] == 3000
        assert one.retry[1] >= 2000
    assert streams.ask("/live/?topic=sheet:1").status == 503
