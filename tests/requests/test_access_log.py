"""The access log: what was asked and how it went, and nothing about who asked."""

import ipaddress
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pennypress.requests.access_log import AccessLog, open_access_log, path_for_log, without_people

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("from 192.0.2.7.", "from [address]."),
        ("from 192.0.2.7:443, 192.0.2.8", "from [address]:443, [address]"),
        ("x=2001:db8::5;", "x=[address];"),
        ("::ffff:192.0.2.7 fe80::1%eth0", "[address] [address]"),
        ("2001:db8:0:0:0:0:0:5", "[address]"),
        ("to Ada.L+news@example.org, thanks", "to [e-mail], thanks"),
        ("to ada%40example.org", "to [e-mail]"),
        ("to ada@localhost", "to [e-mail]"),
        ("postgres://paper:secret@db/paper", "postgres://paper:[e-mail]/paper"),
        ("GET /search/?q=my+illness HTTP/1.1", "GET /search/?[query] HTTP/1.1"),
        ("at /accounts/enter/MQ/c2-ab12/ now", "at /accounts/[private] now"),
        ("at /ar/me/comments/?after=7", "at /ar/me/[private]"),
        ("/admin/password_reset/confirm/MQ/c2-ab/", "/admin/password_reset/[private]"),
    ],
)
def test_what_points_to_a_person_is_left_out(text, shown):
    assert without_people(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "12:30:45 story:12 Foo::bar 1.2.3 f00:bar",
        "cannot listen on 127.0.0.1 port 8000, nor on ::1",
        "/news/who-is-me/ /news/accounts",
        "Really? Yes.",
    ],
)
def test_what_points_to_nobody_stays(text):
    assert without_people(text) == text


@given(st.text(max_size=20), st.ip_addresses(), st.sampled_from(" ,;=()[]<>'\""))
def test_no_network_address_gets_through(before, address, around):
    shown = without_people(f"{before}{around}{address}{around}")
    local = address.is_loopback or address.is_unspecified
    assert local or str(address) not in shown


@given(st.emails(), st.sampled_from(["{}", "a message to <{}>", "/people/{}/x", "'{}'"]))
def test_no_mail_address_gets_through(mail, around):
    local, _, domain = mail.rpartition("@")
    assert f"{local}@{domain}" not in without_people(around.format(mail))


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "/"),
        ("/news/the-quay/", "/news/the-quay/"),
        ("/أخبار/المرفأ/", "/أخبار/المرفأ/"),
        ("/x/?token=1", "/x/"),
        (
            "/a b\n{}\r\x1b[31m\x85\u2028\u202e/",
            "/a\\x20b\\x0a{}\\x0d\\x1b[31m\\x85\\x2028\\x202e/",
        ),
        ("/\udcff/", "/?[query]"),
        ("/me/", "/me/"),
        ("/me/unsubscribe/s3cret/", "/me/[private]"),
        ("/de/me/comments/s3cret/", "/de/me/[private]"),
        ("/me/comments/", "/me/[private]"),
        ("/accounts/enter/MQ/s3cret/", "/accounts/[private]"),
        ("/de/accounts/enter/MQ/s3cret", "[unlisted]"),
        ("/wp-login.php", "[unlisted]"),
    ],
)
def test_a_path_is_one_word_without_what_is_private(path, shown):
    assert path_for_log(path) == shown


def test_what_was_not_found_in_the_newsrooms_tree_is_not_listed():
    assert path_for_log("/reset/s3cret/", 404) == "[unlisted]"
    assert path_for_log("/people/nobody/", 404) == "/people/nobody/"


def test_a_path_is_cut():
    assert 300 <= len(path_for_log(f"/{'a' * 9000}/")) < 400
    assert "example" not in path_for_log(f"/{'a' * 290}/ada@example.org/")


def write_one(form: str, *, path: str = "/news/", method: str = "GET", cached: bool = True) -> str:
    lines: list[str] = []
    AccessLog(form, lines.append).note(method, path, 200, 0.0123456, cached=cached)
    (line,) = lines
    assert line.endswith("\n")
    assert line.count("\n") == 1
    return line.rstrip("\n")


def test_as_json_a_request_is_one_object_with_these_facts_and_no_others():
    said = json.loads(write_one("json"))
    assert said.pop("time").endswith("Z")
    assert said == {
        "level": "INFO",
        "logger": "pennypress.access",
        "message": "GET /news/ 200",
        "method": "GET",
        "path": "/news/",
        "status": 200,
        "milliseconds": 12.35,
        "cached": True,
    }


def test_plain_it_is_one_line_with_the_same():
    assert write_one("plain").split()[1:] == ["GET", "/news/", "200", "12.35", "ms", "cached"]
    assert write_one("plain", cached=False).split()[1:] == ["GET", "/news/", "200", "12.35", "ms"]


def test_a_method_that_a_client_made_up_is_not_written_down():
    assert json.loads(write_one("json", method="ADA@EXAMPLE.ORG"))["method"] == "OTHER"


@given(st.text(max_size=80))
def test_no_path_breaks_the_line_or_the_object(path):
    assert len(write_one("plain", path=path, cached=False).splitlines()) == 1
    assert json.loads(write_one("json", path=path))["path"] == path_for_log(path)


def test_it_is_written_only_where_it_is_wanted(settings, capsys):
    settings.ACCESS_LOG = False
    assert open_access_log() is None
    settings.ACCESS_LOG, settings.LOG_FORMAT = True, "json"
    log = open_access_log()
    assert log
    log.note("GET", "/", 200, 0.001, cached=False)
    assert json.loads(capsys.readouterr().err)["path"] == "/"


def test_the_addresses_of_these_tests_are_nobodys():
    documentation = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "2001:db8::/32")]
    assert ipaddress.ip_address("192.0.2.7") in documentation[0]
    assert ipaddress.ip_address("2001:db8::5") in documentation[1]
