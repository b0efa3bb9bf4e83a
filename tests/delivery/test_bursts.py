"""Many at once: one rendering for all, and nobody waits who need not."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, transaction

from pennypress.delivery import worker as module
from pennypress.delivery.actions import invalidate
from pennypress.discussion.actions import post_comment
from pennypress.funding.actions import record_gift

from .paper import Paper
from .served import Answer, Served, wait_for

CROWD = 200


@pytest.fixture
def held_render(monkeypatch) -> tuple[threading.Event, threading.Event]:
    """Renderings stop in their middle: one event says that one has begun, the other lets go."""
    begun, let_go = threading.Event(), threading.Event()
    render, write = module.render, module.write_cached_fragment

    def held(call: Callable) -> Callable:
        def run(*arguments, **options):
            begun.set()
            assert let_go.wait(20)
            return call(*arguments, **options)

        return run

    monkeypatch.setattr(module, "render", held(render))
    monkeypatch.setattr(module, "write_cached_fragment", held(write))
    return begun, let_go


def change(*tags: str) -> None:
    with transaction.atomic():
        invalidate(*tags)


def ask_at_once(served: Served, path: str, pool: ThreadPoolExecutor) -> list:
    return [pool.submit(served.get, path, accept_encoding="gzip") for _ in range(CROWD)]


def test_a_page_that_never_was_kept_is_rendered_once_for_all(served, paper: Paper, held_render):
    begun, let_go = held_render
    address = paper.url("quay")
    served.drop(address)
    served.worker.asked.clear()
    with ThreadPoolExecutor(CROWD) as pool:
        asked = ask_at_once(served, address, pool)
        assert begun.wait(20)
        wait_for(lambda: len(served.worker.asked) == CROWD)
        assert not any(future.done() for future in asked)
        let_go.set()
        answers: list[Answer] = [future.result() for future in asked]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_one_rendering_serves_the_crowd(served, paper: Paper, counts):
    address = paper.url("ferry")
    served.drop(address)
    with ThreadPoolExecutor(CROWD) as pool:
        answers = [future.result() for future in ask_at_once(served, address, pool)]
    assert {answer.status for answer in answers} == {200}
    assert counts.rendered.count(address) == 1


def test_while_a_changed_page_is_rendered_the_others_have_the_bytes_from_before(
    served, paper: Paper, held_render
):
    begun, let_go = held_render
    let_go.set()
    address = paper.url("tide")
    before = served.get(address)
    let_go.clear()
    begun.clear()
    change(f"story:{paper.stories['tide'].pk}")
    served.catch_up()
    with ThreadPoolExecutor(CROWD + 1) as pool:
        first = pool.submit(served.get, address)
        assert begun.wait(20)
        others = [future.result() for future in ask_at_once(served, address, pool)]
        assert {(answer.status, answer.text) for answer in others} == {(200, before.text)}
        assert not first.done()  # it waits for the truth
        let_go.set()
        assert first.result().status == 200
    assert served.kept[address]


@pytest.mark.parametrize("failure", [OperationalError("away"), RuntimeError("broken")])
def test_what_was_kept_is_served_while_rendering_fails(served, paper: Paper, monkeypatch, failure):
    address = "/about/"
    before = served.get(address)

    def fail(*_: object, **__: object) -> None:
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(module, "render", fail)
        change("site")
        served.catch_up()
        assert not served.kept[address]
        for _ in range(3):
            assert served.get(address) == before
    change("site")
    served.catch_up()
    assert served.get(address).status == 200
    assert served.kept[address]  # it has healed


def test_what_fails_inside_django_does_not_push_out_the_page(served, paper: Paper, monkeypatch):
    address = "/about/rules/"
    before = served.get(address)
    with monkeypatch.context() as broken:

        def fail(*_: object) -> None:
            raise OperationalError("away")

        broken.setattr("pennypress.stories.models.HousePage.get_context", fail)
        change("rules")
        served.catch_up()
        assert served.get(address) == before
        served.drop(address)
        failed = served.get(address)
        assert (failed.status, failed.headers["retry-after"]) == (503, "5")
        assert "Traceback" not in failed.text
        assert address not in served.kept
    assert served.get(address).text == before.text


def test_a_moved_meter_is_written_once_and_no_page_is_rendered(
    served, paper: Paper, counts, held_render
):
    begun, let_go = held_render
    let_go.set()
    addresses = ["/", "/about/", "/sea/", "/people/ines/", paper.url("quay"), paper.url("tide")]
    before = {address: served.get(address).text for address in addresses}
    record_gift(paper.campaigns["main"], 4_321, "USD")
    served.catch_up()
    counts.forget()
    begun.clear()
    let_go.clear()
    with ThreadPoolExecutor(CROWD + 1) as pool:
        first = pool.submit(served.get, "/")
        assert begun.wait(20)
        others = [future.result() for future in ask_at_once(served, "/", pool)]
        assert {answer.text for answer in others} == {before["/"]}
        let_go.set()
        assert first.result().text != before["/"]
    for address in addresses:
        now = served.get(address).text
        assert now != before[address]
        assert now.count('id="meter-sum"') == 1
    assert counts.rendered == []
    # The appeal is the campaign's too; it reads as before.
    campaign = str(paper.campaigns["main"].pk)
    assert sorted(counts.fragments) == [("appeal", "en", campaign), ("meter", "en", campaign)]


def test_a_change_while_a_page_is_being_rendered_is_not_lost(served, paper: Paper, held_render):
    begun, let_go = held_render
    let_go.set()
    address = f"{paper.url('quay')}discussion/?order=newest"
    served.get(address)
    for words in ("The first of two.", "The second of two."):
        let_go.clear()
        begun.clear()
        change(f"discussion:{paper.stories['quay'].pk}")
        served.catch_up()
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(served.get, address)
            assert begun.wait(20)
            post_comment(paper.discussion("quay"), name="Ann", text=words)
            served.catch_up()
            let_go.set()
            assert first.result().status == 200
        wait_for(lambda words=words: words in served.get(address).text)


def test_a_page_taken_down_is_gone_after_one_rendering(served, paper: Paper, counts):
    address = paper.url("tide")
    served.get(address)
    paper.story("tide").unpublish()
    served.catch_up()
    counts.forget()
    assert served.get(address).status == 410
    assert counts.rendered == [address]
    assert address not in served.kept
    with ThreadPoolExecutor(CROWD) as pool:
        answers = [future.result() for future in ask_at_once(served, address, pool)]
    assert {answer.status for answer in answers} == {410}


def test_where_nothing_is_what_stands_around_it_is_written_once(served, counts):
    assert served.get("/news/nothing-at-first/").status == 404
    counts.forget()
    for number in range(3):
        assert served.get(f"/news/nothing-{number}/").status == 404
    assert len(counts.rendered) == 3
    assert counts.fragments == []
