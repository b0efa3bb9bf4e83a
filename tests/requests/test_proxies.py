"""Whom a request comes from: only our own proxies are believed, and only what they saw."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.requests.proxies import Proxies, RequestOrigin

pytestmark = pytest.mark.once

OURS = Proxies([ip_network(n) for n in ("127.0.0.1/32", "::1/128", "10.0.0.0/8", "fd00::/8")])
HERE = "127.0.0.1:50000"

foreign = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)).filter(
    lambda address: not OURS.trusts(f"[{address}]:1")
)
lines = st.lists(st.text(max_size=60), max_size=5)


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("127.0.0.1:50000", True),
        ("[::1]:50000", True),
        ("::1:50000", True),
        ("10.200.3.4:1", True),
        ("[fd00::7%eth0]:1", True),
        ("[::ffff:127.0.0.1]:50000", True),  # IPv4 through a socket of both families
        ("127.0.0.2:50000", False),
        ("11.0.0.1:50000", False),
        ("[::2]:50000", False),
        ("[::ffff:11.0.0.1]:50000", False),
        ("localhost:50000", False),
        ("127.0.0.1", False),  # no port: not what the server writes
        ("unix:", False),
        (":", False),
        ("", False),
    ],
)
def test_a_peer_is_trusted_by_its_address_alone(peer, trusted):
    assert OURS.trusts(peer) is trusted


def test_nobody_is_trusted_where_none_is_named():
    assert Proxies([]).origin_of(HERE, ["192.0.2.1"], ["https"]) == RequestOrigin(
        "127.0.0.1", "http", None
    )


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ([], "127.0.0.1"),
        ([""], "127.0.0.1"),
        (["192.0.2.7"], "192.0.2.7"),
        (["203.0.113.9, 192.0.2.7"], "192.0.2.7"),  # the left one is the visitor's claim
        (["127.0.0.1, 192.0.2.7"], "192.0.2.7"),
        (["192.0.2.7, 10.1.1.1, 10.2.2.2"], "192.0.2.7"),  # through two more of ours
        (["203.0.113.9", "192.0.2.7"], "192.0.2.7"),  # a header of the visitor's, then ours
        (["203.0.113.9, 192.0.2.7", "10.1.1.1"], "192.0.2.7"),
        (["10.3.3.3, 10.1.1.1"], "10.3.3.3"),  # all ours: the first of them asked
        (["192.0.2.7:4711"], "192.0.2.7"),
        (["2001:db8::5"], "2001:db8::5"),
        (["[2001:DB8:0::5]:4711"], "2001:db8::5"),
        (['"[2001:db8::5]"'], "2001:db8::5"),
        (["::ffff:192.0.2.7"], "192.0.2.7"),
        (["unknown"], "127.0.0.1"),
        (["192.0.2.7, unknown"], "127.0.0.1"),  # nothing beyond what cannot be read
        (["192.0.2.7, unknown, 10.1.1.1"], "10.1.1.1"),
        (["192.0.2.7, "], "127.0.0.1"),
        (["999.0.2.7"], "127.0.0.1"),
        (["192.0.2.7\r\nX-Evil: 1"], "127.0.0.1"),
        (["١٩٢.0.2.7"], "127.0.0.1"),
        ([", ".join(["203.0.113.9"] + ["10.1.1.1"] * 5000)], "10.1.1.1"),
    ],
)
def test_the_client_is_the_rightmost_that_is_not_ours(headers, address):
    assert OURS.origin_of(HERE, headers).address == address


@given(lines, lines, foreign)
def test_a_stranger_is_believed_nothing(forwarded_for, forwarded_proto, peer):
    assert OURS.origin_of(f"[{peer}]:1", forwarded_for, forwarded_proto) == RequestOrigin(
        OURS.origin_of(f"[{peer}]:1").address, "http", None
    )
    assert OURS.scheme_of(f"[{peer}]:1", forwarded_proto) == "http"


@given(lines, foreign, st.booleans())
def test_no_claim_changes_what_our_proxy_saw(claims, client, in_one_header):
    headers = [",".join([*claims, str(client)])] if in_one_header else [*claims, str(client)]
    seen = ip_address(OURS.origin_of(HERE, headers).address)
    assert seen == (getattr(client, "ipv4_mapped", None) or client)


@given(st.text(max_size=40), lines, lines)
def test_nonsense_is_never_an_error(peer, forwarded_for, forwarded_proto):
    origin = OURS.origin_of(peer, forwarded_for, forwarded_proto)
    assert origin.scheme in {"http", "https"}
    assert not origin.address or ip_address(origin.address)


@pytest.mark.parametrize(
    ("headers", "scheme", "forwarded"),
    [
        ([], "http", None),
        (["https"], "https", "https"),
        (["http"], "http", "http"),
        ([" HTTPS "], "https", "https"),
        (["https", "http"], "http", "http"),  # the last is our proxy's
        (["https, http"], "http", "http"),
        (["http, https"], "https", "https"),
        (["gopher"], "http", None),
        (["https,"], "http", None),
        ([""], "http", None),
    ],
)
def test_the_scheme_is_what_the_nearest_proxy_says(headers, scheme, forwarded):
    origin = OURS.origin_of(HERE, (), headers)
    assert (origin.scheme, origin.forwarded_scheme) == (scheme, forwarded)
    assert OURS.scheme_of(HERE, headers) == scheme


def test_the_connections_own_scheme_holds_where_no_proxy_speaks():
    assert OURS.scheme_of(HERE, [], "https") == "https"
    assert OURS.origin_of("192.0.2.7:1", (), ["http"], "https").scheme == "https"
