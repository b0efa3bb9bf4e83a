"""Whoever asks first: the kept bytes are the same, and hold nothing of the one who asked."""

import string

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pennypress.readers.actions import GUEST_COOKIE, welcome_guest

from .paper import Paper
from .served import Served

pytestmark = pytest.mark.once

MARKER = "zqmarkerqz"
HEADERS = (
    "Accept-Language", "User-Agent", "Referer", "X-Requested-With", "HX-Request", "Authorization",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Origin",
    "Accept", "DNT", "Cookie2", "X-Original-URL", "X-HTTP-Method-Override", "From", "Via", "Range",
)  # fmt: skip
words = st.text(string.ascii_letters + string.digits + " ,;=/.-", max_size=20).map(str.strip)
odd_headers = st.dictionaries(
    st.sampled_from(HEADERS), words.map(lambda word: f"{MARKER} {word}".strip()), max_size=6
)


@pytest.fixture(scope="module")
def roles(paper: Paper) -> dict[str, str]:
    """The Cookie header of each kind of visitor."""
    client = Client()
    client.force_login(paper.editor)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    _, key = welcome_guest()
    return {
        "anonymous": "",
        "guest": f"{GUEST_COOKIE}={key}; pennypress_known=1",
        "editor": f"{settings.SESSION_COOKIE_NAME}={session}; pennypress_known=1",
        "both": f"{settings.SESSION_COOKIE_NAME}={session}; {GUEST_COOKIE}={key}; x={MARKER}",
        "forged": f"{settings.SESSION_COOKIE_NAME}={MARKER}; {GUEST_COOKIE}={MARKER}; a=b; ;;=",
    }


@pytest.fixture
def truth(served: Served, paper: Paper) -> dict[str, tuple]:
    """Every public page as one gets it who says nothing of himself."""
    served.clear()
    return {address: as_sent(served.get(address)) for address in paper.addresses()}


def as_sent(answer) -> tuple:
    return answer.status, answer.headers, answer.body


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_who_asks_first_leaves_no_trace(served: Served, paper: Paper, roles, truth, data):
    address = data.draw(st.sampled_from(sorted(truth)))
    role = data.draw(st.sampled_from(sorted(roles)))
    headers = data.draw(odd_headers)
    if cookie := roles[role]:
        headers = headers | {"Cookie": cookie}
    served.drop(address)
    first = served.ask("GET", address, headers)
    assert as_sent(first) == truth[address]
    assert "set-cookie" not in first.headers
    assert MARKER.encode() not in first.body
    assert all(MARKER not in value for value in first.headers.values())
    assert as_sent(served.get(address)) == truth[address]
    assert served.kept[address]


@pytest.mark.parametrize("role", ["guest", "editor", "both", "forged"])
def test_what_is_personal_is_never_kept(served: Served, paper: Paper, roles, role):
    talk = f"{paper.url('quay')}discussion/"
    for address in (
        "/me/comments/", "/me/strip/", "/admin/", "/admin/login/", "/accounts/password/",
        f"{talk}reply/", f"{talk}{paper.comments['first'].pk}/reply/",
    ):  # fmt: skip
        answer = served.ask("GET", address, {"Cookie": roles[role]})
        assert answer.status in {200, 302, 403, 404}, address
        assert (
            "no-store" in answer.headers["cache-control"]
            or "private" in (answer.headers["cache-control"])
        ), address
        assert "etag" not in answer.headers, address
    assert not [
        kept for kept in served.kept if "/me/" in kept or "reply" in kept or "admin" in kept
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_other_method_makes_a_cached_page(served: Served, paper: Paper, method):
    address = paper.url("boat")
    served.drop(address)
    served.ask(
        method, address, {"Content-Type": "text/plain"}, b"" if method != "OPTIONS" else None
    )
    assert address not in served.kept
