"""A mail server that accepts and says nothing holds nobody up."""

import re
import time

import pytest

from tests.mail_server import mail_listener

from .command import Browser, Site
from .test_database_away import eventually
from .test_live import find_story, say

QUICK = 5.0  # seconds: a bound on a busy machine; a mail gets thirty


@pytest.fixture(autouse=True)
def _password(paper: Site) -> None:
    """The editor has one: who never had gets no mail."""
    account = "Account.objects.get(email='editor@example.org')"
    paper.must(
        "manage", "shell", "-c", f"a = {account}; a.set_password('seven copper kettles'); a.save()"
    )


def ask_for_password(browser: Browser) -> int:
    page = browser.get("/admin/password_reset/").text
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[:1]
    sent = {"email": "editor@example.org", "csrfmiddlewaretoken": token}
    return browser.post("/admin/password_reset/", sent).status


@pytest.mark.once
def test_while_a_mail_server_hangs_pages_and_posts_go_on(paper: Site):
    story, path = find_story(paper)
    with mail_listener(silent=True) as listener:
        mail = {"PENNYPRESS_MAIL": f"smtp://127.0.0.1:{listener.port}"}
        with paper.serving(**mail) as served:
            for number in range(3):
                began = time.monotonic()
                assert ask_for_password(Browser(served.address)) == 200
                assert served.get(path).status == 200
                assert say(served, story, f"In between, {number}.")["state"] == "held"
                assert time.monotonic() - began < QUICK
            eventually(lambda: listener.connections > 0)  # the job has begun, and hangs
            began = time.monotonic()
            for number in range(20):
                say(served, story, f"Meanwhile, {number}.")
                assert served.get(f"{path}discussion/").status == 200
            assert time.monotonic() - began < 2 * QUICK
            assert listener.connections == 1
            assert served.stop() < 8
    waiting = "SELECT count(*) FROM readers_outgoingmail WHERE sent IS NULL"
    assert paper.ask(waiting) == [(3,)]


@pytest.mark.once
def test_a_served_site_sends_its_mail(paper: Site):
    with mail_listener() as listener:
        mail = {"PENNYPRESS_MAIL": f"smtp://127.0.0.1:{listener.port}"}
        with paper.serving(**mail) as served:
            assert ask_for_password(Browser(served.address)) == 200
            eventually(lambda: len(listener.taken) == 1)
            eventually(lambda: paper.ask("SELECT text FROM readers_outgoingmail") == [("",)])
    assert "mail: ok" in paper.must("check")
