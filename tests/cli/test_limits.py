"""Limits of a site as it is served: they hold across its workers, and when it starts anew."""

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from .command import Served
from .test_live import find_story

TIGHT = {
    "PENNYPRESS_UNLIMITED": "none",
    "PENNYPRESS_FIRST_COMMENTS": "publish",
    "PENNYPRESS_LIMIT_COMMENTS_ADDRESS": "5+5/day",
}


def post(served: Served, story: int, number: int, address: str = "203.0.113.7") -> int:
    """Post a comment from an address, as a proxy tells it; return the status of the answer."""
    request = urllib.request.Request(
        f"{served.address}/api/v1/stories/{story}/comments",
        json.dumps({"name": "Ada", "text": f"Words {number}"}).encode(),
        {"Content-Type": "application/json", "X-Forwarded-For": address},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        assert error.code != 429 or int(error.headers["Retry-After"]) > 0
        return error.code


def test_of_many_at_once_to_two_workers_so_many_are_taken_also_after_a_restart(paper):
    story, _ = find_story(paper)
    with paper.serving("--workers", "2", **TIGHT) as served, ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda number: post(served, story, number), range(24)))
        assert sorted(statuses) == [201] * 5 + [429] * 19
        assert post(served, story, 24, "203.0.113.8") == 201
    with paper.serving(**TIGHT) as served:
        assert post(served, story, 25) == 429
        assert post(served, story, 26, "203.0.113.8") == 201
    assert "203.0" not in str(paper.ask("SELECT * FROM limits_bucket"))
