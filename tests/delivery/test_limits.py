"""A worker refuses who sends without pause, before it reads anything."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network

import pytest
from django.test import override_settings

from pennypress.limits.windows import Limit
from pennypress.readers.backends import ThrottledBackend

from .served import PATIENCE, wait_for

pytestmark = pytest.mark.once

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def tight(settings) -> None:
    settings.LIMITS = settings.LIMITS.model_copy(
        update={"writes_address": Limit(3, 1, 3600), "writes_network": Limit(5, 1, 3600)}
    )


def send(served, address: str = "203.0.113.7", path: str = "/news/nothing/discussion/reply/"):
    return served.ask("POST", path, FORM | {"X-Forwarded-For": address}, b"text=words")


@pytest.mark.usefixtures("tight")
def test_who_sends_without_pause_is_refused_and_others_are_not(paper, serve_worker):
    served = serve_worker()
    assert [send(served).status for _ in range(3)] == [403] * 3  # the form's mark is missing
    entered = len(served.worker.entered)
    for _ in range(3):
        answer = send(served)
        assert answer.status == 429
        assert 3590 < int(answer.headers["retry-after"]) <= 3600
        assert "what you typed is still in the form" in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert len(served.worker.entered) == entered
    problem = send(served, path="/api/v1/stories/1/comments")
    assert problem.status == 429
    assert problem.headers["content-type"] == "application/problem+json"
    assert json.loads(problem.text)["status"] == 429
    assert [send(served, "203.0.113.8").status for _ in range(2)] == [403] * 2
    assert send(served, "203.0.113.9").status == 429  # its network has had enough
    assert send(served, "::ffff:203.0.113.7").status == 429
    assert send(served, "198.51.100.1").status == 403
    for address in ("203.0.113.7", "198.51.100.1"):
        assert served.get("/", x_forwarded_for=address).status == 200
        assert served.get("/admin/login/", x_forwarded_for=address).status == 200


@pytest.mark.usefixtures("tight")
def test_what_a_visitor_says_of_the_address_counts_for_nothing(paper, serve_worker):
    with override_settings(TRUSTED_PROXIES=()):
        served = serve_worker()
        statuses = [send(served, f"198.51.100.{n}").status for n in range(5)]
    assert statuses == [403] * 3 + [429] * 2


@pytest.mark.usefixtures("tight")
def test_a_proxys_own_address_is_not_the_readers(paper, serve_worker):
    served = serve_worker()
    # What the reader sent before it, the proxy appends to: the last one is the reader's.
    statuses = [send(served, f"1.2.3.{n}, 203.0.113.7").status for n in range(5)]
    assert statuses == [403] * 3 + [429] * 2


@pytest.mark.usefixtures("tight")
def test_refused_before_the_body_came(paper, serve_worker):
    served = serve_worker()
    for _ in range(3):
        send(served)
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as client:
        client.sendall(
            b"POST /x/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.7\r\n"
            b"Content-Length: 9000000\r\n\r\nonly this"
        )
        assert client.recv(4096).startswith(b"HTTP/1.1 429")


@pytest.mark.usefixtures("tight")
def test_who_is_unlimited_is_never_refused(paper, serve_worker, settings):
    settings.UNLIMITED = (ip_network("203.0.113.0/24"),)
    served = serve_worker()
    assert {send(served).status for _ in range(30)} == {403}


# ── Passwords ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def slow_hashing(monkeypatch) -> Iterator[threading.Event]:
    """Hashing a password waits until the test lets it go on."""
    may_go_on = threading.Event()
    authenticate = ThrottledBackend.authenticate

    def wait(self, *args, **options):
        may_go_on.wait(PATIENCE)
        return authenticate(self, *args, **options)

    monkeypatch.setattr(ThrottledBackend, "authenticate", wait)
    yield may_go_on
    may_go_on.set()


def sign_in(served, address: str) -> int:
    """Try a password; return the status of the answer."""
    page = served.get("/admin/login/")
    mark = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)
    cookie = page.headers["set-cookie"].partition(";")[0]
    body = f"csrfmiddlewaretoken={mark[1]}&username=a@example.org&password=wrong".encode()
    headers = FORM | {"Cookie": cookie, "X-Forwarded-For": address}
    return served.ask("POST", "/admin/login/", headers, body).status


def test_who_tries_passwords_stops_no_one_who_writes(paper, serve_worker, slow_hashing, settings):
    settings.LIMITS = settings.LIMITS.model_copy(update={"sign_in_account": None})
    served = serve_worker()
    with ThreadPoolExecutor(60) as pool:
        # Of one address four wait, and of all sixteen; the others are told to come back.
        tries = [
            pool.submit(sign_in, served, address)
            for address in ["203.0.113.7"] * 10 + [f"198.51.{n}.1" for n in range(30)]
        ]
        wait_for(lambda: sum(one.done() for one in tries) == 40 - 16)
        assert {one.result() for one in tries if one.done()} == {503}
        assert sum(one.done() for one in tries[:10]) >= 6
        comment = json.dumps({"name": "Ada", "text": "Words"}).encode()
        posted = served.ask(
            "POST",
            f"/api/v1/stories/{paper.stories['quay'].pk}/comments",
            {"Content-Type": "application/json"},
            comment,
        )
        assert posted.status == 201
        assert served.get("/admin/login/").status == 200
        slow_hashing.set()
        assert sorted(one.result() for one in tries) == [200] * 16 + [503] * 24
    assert sign_in(served, "203.0.113.7") == 200
