"""Fetching a picture that another site names: public addresses only, bounded in bytes and time."""

from pennypress.foundation.http import FetchFailed, fetch

MOST_BYTES = 8 * 1024 * 1024
SECONDS = 10
REDIRECTS = 3


def fetch_public(url: str) -> bytes:
    """Return what a public http(s) address serves, on one of the web's ports.

    Raises FetchFailed for addresses that are not public, also where a redirect leads to one, other
    schemes, answers other than 200 and more than MOST_BYTES.
    """
    answer = fetch(
        url,
        seconds=SECONDS,
        most_bytes=MOST_BYTES,
        headers={"Accept": "image/*"},
        public_only=True,
        redirects=REDIRECTS,
    )
    if answer.status != 200:
        raise FetchFailed(f"answered {answer.status}")
    return answer.body
