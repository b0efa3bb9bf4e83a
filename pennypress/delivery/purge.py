"""A content delivery network (CDN) before the site: what it may keep, and how it learns of changes.

With a purge hook configured, public pages carry their tags as `Surrogate-Key` and may be kept by
the CDN; each tag that moves is sent to the hook, which removes the pages that carry it. Without a
hook nothing of this is sent.
"""

import json
import logging
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

from pennypress.foundation.files import replace_file
from pennypress.foundation.http import FetchFailed, fetch
from pennypress.foundation.jobs import JobFailed, periodic_job

from .changes import read_changes

logger = logging.getLogger("pennypress.delivery")

MOST_BYTES = 8_192  # of tags in one header: what servers and CDNs take
MOST_REQUESTS = 50  # of one run, if these bring it on: the rest is for the next one
TIMEOUT_SECONDS = 10
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 300.0
# A worker may not have noticed yet what has just been committed. What the CDN fetches right after
# the purge has to be new.
SETTLE_SECONDS = 0.25

# How long a CDN keeps a page that no purge removes. No longer, in case the hook is out of order.
CDN_SECONDS = 3_600
STALE_WHILE_FETCHING_SECONDS = 30
STALE_ON_ERROR_SECONDS = 86_400


def cdn_headers(tags: Iterable[str], seconds_left: float | None = None) -> list[tuple[str, str]]:
    """Return the headers by which a CDN keeps a public page, in place of its Cache-Control.

    `seconds_left` is for how long the page stays true by itself. Without a hook, or with more tags
    than a header holds, the list is empty: then no CDN may keep the page. Browsers always ask
    again. Not for a page that is known to be stale.
    """
    if not settings.PURGE_URL:
        return []
    keys = " ".join(sorted({_key(tag) for tag in tags}))
    if not keys or len(keys) > MOST_BYTES:
        return []
    rules = ["max-age=0"]
    if seconds_left is None:
        rules += [
            f"s-maxage={CDN_SECONDS}",
            f"stale-while-revalidate={STALE_WHILE_FETCHING_SECONDS}",
        ]
    else:
        rules.append(f"s-maxage={min(CDN_SECONDS, max(0, int(seconds_left)))}")
    rules.append(f"stale-if-error={STALE_ON_ERROR_SECONDS}")
    return [("surrogate-key", keys), ("cache-control", ", ".join(rules))]


class Purger:
    """Tells the hook what moved, and remembers in the site's folder how far it has come.

    Meant for a thread of its own: a run may take as long as the hook takes to answer.
    """

    def __init__(self, url: str, token: str, place: Path) -> None:
        """Take the hook's address and token, and the file that holds the place reached."""
        self._url, self._token, self._file = url, token, place
        self._pause = 0.0
        self._not_before = 0.0  # of the monotonic clock
        self.failing = ""  # why the last try failed, while none succeeded since

    @property
    def place(self) -> int:
        """The number of the latest change of which the hook knows, with all before it.

        0 when none is known. What was sent and not remembered is sent again.
        """
        try:
            return int(self._file.read_text("ascii"))
        except (OSError, ValueError):
            return 0

    def run_once(self) -> bool:
        """Send what moved since the last time; say whether the hook now knows all of it.

        A failure is logged; runs then do nothing until a pause is over, twice as long each time.
        Raises DatabaseError when the database does not answer.
        """
        if time.monotonic() < self._not_before:
            return False
        since = self.place
        latest, moved = read_changes(since)
        if latest < since:  # a backup was put back: anything may have changed
            since = 0
            latest, moved = read_changes(0)
            self._remember(0)
        if not moved:
            if latest != since:
                self._remember(latest)
            return True
        time.sleep(SETTLE_SECONDS)
        place = since
        for number, (tags, reached) in enumerate(_split(moved, latest)):
            if number >= MOST_REQUESTS and place > since:
                return False
            try:
                self._send(tags)
            except FetchFailed as error:
                self._wait(error)
                return False
            self._remember(reached)
            place = reached
        if self._pause:
            logger.warning("the purge hook answers again")
        self._pause, self.failing = 0.0, ""
        return True

    def _send(self, tags: list[str]) -> None:
        """POST the tags. Raises FetchFailed for any answer but a 2xx.

        A hook that moved is a failure: a POST sent on would arrive as a GET, with the token.
        """
        headers = {
            "Content-Type": "application/json",
            "Surrogate-Key": " ".join(_key(tag) for tag in tags),
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        answer = fetch(
            self._url,
            method="POST",
            body=json.dumps({"tags": tags}).encode(),
            headers=headers,
            seconds=TIMEOUT_SECONDS,
            most_bytes=MOST_BYTES,
            whole=False,  # what it says does not matter
        )
        if not 200 <= answer.status < 300:
            raise FetchFailed(f"answered {answer.status}")

    def _wait(self, error: FetchFailed) -> None:
        self._pause = min(LONGEST_PAUSE_SECONDS, self._pause * 2 or FIRST_PAUSE_SECONDS)
        self._not_before = time.monotonic() + self._pause
        self.failing = f"the purge hook {error}"
        logger.warning("%s; again in %d s", self.failing, self._pause)

    def _remember(self, place: int) -> None:
        # Whole or not at all; that it is on the disk is not waited for, as an older place only
        # means that something is sent twice.
        replace_file(self._file, str(place), wait=False)


def open_purger() -> Purger | None:
    """The purger that the settings ask for; None, as a rule, for none."""
    if not settings.PURGE_URL:
        return None
    return Purger(settings.PURGE_URL, settings.PURGE_TOKEN, settings.SITE_FOLDER.purged_up_to)


@cache
def _open_purger_once() -> Purger | None:
    return open_purger()


# On each node: the place reached lies in its folder, and all that the hook hears twice is a tag.
@periodic_job(
    "purge-cdn",
    interval=0.1,
    longest_pause=5,  # what is needed after a failure is short: the purger makes its own pauses
    summary="Tells the CDN which pages have changed.",
    on_each_node=True,
    when=lambda: bool(settings.PURGE_URL),
)
def tell_purge_hook() -> None:
    """Tell the hook what moved since the last time. Raises JobFailed while it does not listen."""
    purger = _open_purger_once()
    if purger and not purger.run_once() and purger.failing:
        raise JobFailed(purger.failing)


def _key(tag: str) -> str:
    """A tag as a word of a header: nothing in it but visible ASCII."""
    return quote(tag, safe="!#$&'()*+,/:;=?@[]~")


def _split(moved: dict[str, int], latest: int) -> Iterator[tuple[list[str], int]]:
    """Tags in the order in which they moved, as many at a time as a header holds.

    With each lot comes the place that is reached when it has been sent.
    """
    lot: list[str] = []
    size = 0
    for tag, number in sorted(moved.items(), key=lambda item: (item[1], item[0])):
        length = len(_key(tag)) + 1
        if lot and size + length > MOST_BYTES:
            yield lot, number - 1
            lot, size = [], 0
        lot.append(tag)
        size += length
    if lot:
        yield lot, latest
