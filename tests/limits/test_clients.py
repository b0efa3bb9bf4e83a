"""What counts as one address, and as one network."""

from ipaddress import ip_network

import pytest

from pennypress.limits.clients import Client, client_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("address", "one", "network"),
    [
        ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:DB8:1:2::1%eth0", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", "unknown", "unknown"),
        ("unix:", "unknown", "unknown"),
        ("203.0.113.077", "unknown", "unknown"),
    ],
)
def test_an_address_and_its_network(address, one, network):
    assert client_of(address) == Client(one, network)


def test_networks_that_are_unlimited_have_no_client(settings):
    settings.UNLIMITED = (ip_network("127.0.0.1/32"), ip_network("2001:db8::/32"))
    assert client_of("127.0.0.1") is None
    assert client_of("::ffff:127.0.0.1") is None
    assert client_of("2001:db8:1::1") is None
    for address in ("127.0.0.2", "2001:db9::1", "", "unknown"):
        assert client_of(address) is not None, address
