"""`pennypress serve`: it says when it is ready, keeps what it is told, and ends at once."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.delivery.served import wait_for

from .command import Browser, Served, free_port
from .test_usage import refusal

STORY = "/news/the-bakery-on-pier-street-is-to-close/"


def post_comment(served: Served, text: str) -> int:
    """Post a comment through the API and return its number."""
    story = json.loads(served.get(f"/api/v1/stories?url={STORY}").text)["id"]
    words = json.dumps({"name": "Night Baker", "text": text}).encode()
    answer = Browser(served.address).post(
        f"/api/v1/stories/{story}/comments", words, "application/json"
    )
    assert answer.status == 201, answer.text
    return json.loads(answer.text)["id"]


def raised(served: Served) -> int:
    (main,) = json.loads(served.get("/api/v1/funding").text)["campaigns"]
    return main["raised"]


def test_what_readers_and_givers_did_outlives_the_server(paper):
    with paper.serving(PENNYPRESS_FIRST_COMMENTS="publish") as served:
        assert served.get("/healthz").text == '{"status": "ok"}'
        number = post_comment(served, "I shall bake at home.")
        assert raised(served) == 78_900
        said = paper.must("gift", "21", "USD", "--name", "Night Baker")
        assert "810" in said
        wait_for(lambda: raised(served) == 81_000)  # a moment after the other process's commit
        wait_for(lambda: 'value="810"' in served.get(STORY).text)
        page = served.get(STORY).text
        assert f'id="comment-{number}"' in page
        assert served.stop() < 5
        assert served.process.returncode == 0
    with paper.serving() as served:
        page = served.get(STORY).text
        assert "I shall bake at home." in page
        assert raised(served) == 81_000
        assert served.get("/no-such-page/").status == 404


@pytest.mark.once
def test_it_ends_within_five_seconds_though_a_slow_client_holds_on(paper):
    with paper.serving() as served:
        host, port = served.address.removeprefix("http://").split(":")
        with (
            socket.create_connection((host, int(port))) as idle,
            socket.create_connection((host, int(port))) as slow,
        ):
            slow.sendall(b"POST /api/v1/stories/1/comments HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            slow.sendall(b"Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{")
            idle.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            time.sleep(0.3)
            assert served.get("/").status == 200
            assert served.stop() < 5
        assert served.process.returncode == 0
        assert "Traceback" not in "\n".join(served.said)


def wait_for_the_days_first_signature(served: Served) -> None:
    """It stands at the foot of every page: no page changes by itself after that."""
    with ThreadPoolExecutor(8) as pool:
        for _ in range(600):
            pages = list(pool.map(lambda _turn: served.get(STORY), range(16)))
            if all('class="fingerprint"' in page.text for page in pages):
                return
            time.sleep(0.1)
    pytest.fail("the record was not signed")


def test_two_workers_agree(paper):
    with paper.serving("--workers", "2", PENNYPRESS_FIRST_COMMENTS="publish") as served:
        number = post_comment(served, "Two ovens are better than one.")
        wait_for_the_days_first_signature(served)
        with ThreadPoolExecutor(8) as pool:
            pages = list(pool.map(lambda _turn: served.get(STORY), range(16)))
        assert {page.status for page in pages} == {200}
        assert f'id="comment-{number}"' in pages[0].text
        assert len({page.text for page in pages}) == 1
        assert served.stop() < 5
        assert served.process.returncode == 0


@pytest.mark.once
def test_a_taken_port_is_refused(paper):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        why = refusal(paper.run("serve", "--port", port))
        assert f"127.0.0.1 port {port}" in why


@pytest.mark.once
def test_an_address_of_another_machine_is_refused(paper):
    done = paper.run("serve", "--host", "203.0.113.7", "--port", str(free_port()))
    assert "203.0.113.7" in refusal(done)
