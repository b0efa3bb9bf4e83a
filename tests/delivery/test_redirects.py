"""Old addresses before a worker: a change shows at once, and no cached page is in the way."""

from collections.abc import Iterator

import pytest

from pennypress.redirects.actions import add_redirect, change_redirect, remove_redirect
from pennypress.redirects.models import Redirect

from .served import Served


@pytest.fixture(autouse=True)
def _no_redirects(served) -> Iterator[None]:
    served.clear()
    yield
    for redirect in Redirect.objects.all():
        remove_redirect(redirect)
    served.catch_up()


def follow(served: Served, path: str) -> tuple[int, str]:
    answer = served.get(path)
    return answer.status, answer.headers.get("location", "")


def test_a_redirect_is_seen_at_once_and_so_is_its_end(served, paper):
    assert follow(served, "/old/") == (404, "")
    redirect = add_redirect("/old/", paper.stories["quay"])
    assert follow(served, "/old/") == (301, paper.url("quay"))
    redirect = change_redirect(redirect, "/old/", "/give/", permanent=False)
    assert follow(served, "/old/") == (302, "/give/")
    assert "no-store" not in served.get("/old/").headers["cache-control"]
    assert not [address for address in served.kept if "old" in address]
    remove_redirect(redirect)
    assert follow(served, "/old/") == (404, "")


def test_the_query_is_taken_along_though_no_page_reads_it(served, paper):
    add_redirect("/old", paper.stories["quay"], form="prefix")
    there = f"{paper.url('quay')}discussion/?order=newest&utm_source=x"
    assert follow(served, "/old/discussion/?order=newest&utm_source=x") == (301, there)
    assert served.ask("HEAD", "/old/?x=1").headers["location"] == f"{paper.url('quay')}?x=1"


def test_parameters_lead_on_from_a_page_that_is_cached(served, paper, counts):
    for _ in range(2):
        assert served.get("/?p=12").status == 200
    redirect = add_redirect("/?p=12", paper.stories["quay"])
    served.catch_up()
    assert follow(served, "/?utm=1&p=12") == (301, paper.url("quay"))
    counts.forget()
    for number in range(20, 40):
        assert served.get(f"/?p={number}").status == 200
    assert counts.rendered in ([], ["/"])  # no copy for each
    assert [address for address in served.kept if address.startswith("/?")] == []
    remove_redirect(redirect)
    served.catch_up()
    assert served.get("/?p=12").status == 200


def test_while_nobody_can_look_the_page_is_served(served, paper, monkeypatch):
    add_redirect("/?p=12", paper.stories["quay"])
    served.catch_up()
    assert served.get("/").status == 200

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("pennypress.delivery.worker.leads_on", fail)
    assert served.get("/?p=12").status == 200
