"""What a served site writes down of its readers: that they came, and nothing to know them by."""

import json
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.once

TOKENS = ("s3cret", "192.0.2.7", "ada@example.org", "Lovelace", "my+illness")


def ask(url: str, **headers: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with opener.open(urllib.request.Request(url, headers=names), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_each_request_is_one_object_without_a_reader_in_it(blank):
    with blank.serving(PENNYPRESS_LOG_FORMAT="json", PENNYPRESS_ACCESS_LOG="yes") as served:
        reader = {
            "Cookie": "sessionid=s3cret; pennypress_guest=s3cret",
            "User_Agent": "s3cret browser",
            "Referer": "https://other.example/s3cret",
            "X_Forwarded_For": "192.0.2.7",
            "Authorization": "Bearer s3cret",
        }
        asked = {
            "/": 200,
            "/?q=my+illness": 200,
            "/accounts/enter/MQ/s3cret-token/?to=ada@example.org": 410,
            "/nothing/for/ada@example.org/": 404,
            "/admin/?next=Lovelace": 302,
        }
        for path, status in asked.items():
            # The sign-in page follows: a redirect is a request of its own.
            assert ask(served.address + path, **reader) in {status, 200}
        assert served.stop() < 5
    lines = [line for line in served.said if not line.startswith("Pennypress is serving ")]
    said = [json.loads(line) for line in lines]
    requests = [each for each in said if each["logger"] == "pennypress.access"]
    paths = [each["path"] for each in requests]
    assert paths.count("/") == 2
    assert "/accounts/[private]" in paths
    assert set(requests[0]) == {
        "time", "level", "logger", "message", "method", "path", "status", "milliseconds", "cached",
    }  # fmt: skip
    text = "\n".join(lines)
    assert [token for token in TOKENS if token in text] == []
