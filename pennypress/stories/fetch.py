"""Fetching a picture that another site names: public addresses only, bounded in bytes and time."""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

MOST_BYTES = 8 * 1024 * 1024
SECONDS = 10


class FetchError(OSError):
    """The address cannot be fetched, or must not be."""


def fetch_public(url: str) -> bytes:
    """Return what a public http(s) address serves. Follows no redirect.

    The host is resolved once and the connection goes to exactly that address, so that a name
    cannot point elsewhere between check and use. Raises FetchError for private, loopback and
    link-local addresses, other schemes, answers other than 200 and more than MOST_BYTES.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError("only http and https addresses are fetched")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _public_address(parts.hostname, port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with socket.create_connection((address, port), timeout=SECONDS) as plain:
        channel = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)
            if parts.scheme == "https"
            else plain
        )
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=SECONDS)
        connection.sock = channel
        connection.request("GET", path, headers={"User-Agent": "Pennypress", "Accept": "image/*"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise FetchError(f"answered {answer.status}")
        data = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FetchError("larger than allowed")
    return data


def _public_address(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError("the name does not resolve") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(ipaddress.ip_address(a).is_global for a in addresses):
        raise FetchError("not a public address")
    return addresses[0]
