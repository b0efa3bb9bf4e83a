"""Fetching a picture that another site names: public addresses only, bounded in bytes and time."""

from pennypress.foundation.http import FetchFailed, fetch

MOST_BYTES = 8 * 1024 * 1024
SECONDS = 10


def fetch_public(url: str) -> bytes:
    """Return what a public http(s) address serves. Follows no redirect.

    Raises FetchFailed for addresses that are not public, other schemes, answers other than 200 and
    more than MOST_BYTES.
    """
    answer = fetch(
        url,
        seconds=SECONDS,
        most_bytes=MOST_BYTES,
        headers={"Accept": "image/*"},
        public_only=True,
    )
    if answer.status != 200:
        raise FetchFailed(f"answered {answer.status}")
    return answer.body
