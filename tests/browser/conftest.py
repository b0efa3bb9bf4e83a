"""One demo newspaper, served by the real command, and a real browser to read it in."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.cli.command import Served, Site, make_database

from .visitor import Visitor, describe, send_visitor

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PICTURE_SECONDS = 900  # for all pictures of the demo to be cut to size
expect.set_options(timeout=20_000)  # milliseconds: two test runs and a server may share a machine


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def _quick_settings() -> None:
    """Nothing here happens in this process, so nothing of its settings need change."""


@dataclass
class Demo:
    """The demo newspaper as it is being served; `entrance` is its editor's one-time link."""

    site: Site
    served: Served
    entrance: str

    @property
    def address(self) -> str:
        return self.served.address

    def wait_for_pictures(self) -> None:
        """Wait until no picture is left to be cut to size."""
        until = time.monotonic() + PICTURE_SECONDS
        while self.site.count_waiting_tasks():
            assert time.monotonic() < until, "pictures still wait to be cut to size"
            time.sleep(0.5)


# For the package alone: an open Playwright has a running event loop in this thread, in which other
# tests could not use Django's database.
@pytest.fixture(scope="package")
def demo(tmp_path_factory) -> Iterator[Demo]:
    site = Site(tmp_path_factory.mktemp("demo") / "site", make_database())
    with site.serving(command="demo") as served:
        said = "\n".join(served.said)
        link = re.search(r"Sign in as an editor .*?(/accounts/enter/\S+)", said)
        assert link, said
        demo = Demo(site, served, link[1])
        # On a machine that is busy with other tests, too, cutting pictures holds writers up.
        demo.wait_for_pictures()
        yield demo


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.fail("no Chromium is installed: run bin/install-test-tools")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def visit(demo, chromium) -> Iterator[Callable[..., Visitor]]:
    """Send a visitor: `visit(javascript=False)`. At the end none may have noted a problem."""
    visitors: list[Visitor] = []

    def send(*, javascript: bool = True, **options) -> Visitor:
        visitors.append(
            send_visitor(chromium, demo.address, java_script_enabled=javascript, **options)
        )
        return visitors[-1]

    yield send
    for visitor in visitors:
        visitor.page.context.close()
    problems = [problem for visitor in visitors for problem in visitor.problems]
    assert not problems, describe(problems)


@pytest.fixture(scope="package")
def editor_state(demo, chromium) -> dict:
    """The cookies of the demo's editor, who has come in by the one-time link."""
    visitor = send_visitor(chromium, demo.address)
    assert visitor.open(demo.entrance).status == 200
    visitor.page.click("main button[type=submit]")
    visitor.page.fill("input[name=new_password1]", "seven copper kettles")
    visitor.page.fill("input[name=new_password2]", "seven copper kettles")
    visitor.page.click("main button[type=submit]")
    visitor.page.wait_for_url("**/admin/")
    state = visitor.page.context.storage_state()
    visitor.page.context.close()
    return state


@pytest.fixture
def editor(visit, editor_state) -> Visitor:
    """The editor at a desk of their own, signed in."""
    return visit(storage_state=editor_state)
