"""The demo newspaper once all its pictures are cut to size, which takes a minute or two."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from .places import PLACES
from .visitor import HEIGHT, NARROW, WIDE, describe

ROOT = Path(__file__).resolve().parent.parent.parent
CHECKER = ROOT / ".cache/vnu/node_modules/vnu-jar/build/dist/vnu.jar"


@pytest.fixture(autouse=True)
def _wait_for_pictures(demo) -> None:
    if not demo.site.database:  # cutting them takes minutes; once in a run is enough
        demo.wait_for_pictures()


def test_it_says_how_to_come_in_and_complains_of_nothing(demo):
    said = demo.served.said
    ready = said.index(f"Pennypress is serving {demo.address}")
    assert any("Sign in as an editor" in line and demo.address in line for line in said[:ready])
    assert [line for line in said if "ERROR" in line or "Traceback" in line] == []


def test_its_sums_and_discussions_pass_the_sites_own_checks(demo):
    assert "something is wrong" not in demo.site.must("check")


@pytest.mark.parametrize("kind", ["home", "home-arabic", "section", "story", "full-size", "person"])
def test_pictures_arrive_in_young_formats(visit, demo, kind):
    for width in (WIDE, NARROW):
        visitor = visit(viewport={"width": width, "height": HEIGHT})
        PLACES[kind].go(visitor, demo.site)
        assert visitor.page.locator("main img").count()
        wrong = visitor.check_images()
        assert not wrong, describe(wrong)


def test_no_page_has_an_error_of_html(visit, demo, tmp_path):
    if not CHECKER.exists():
        pytest.fail(f"the Nu HTML checker is not at {CHECKER}: run bin/install-test-tools")
    visitor = visit(javascript=False)
    files = []
    for kind, place in PLACES.items():
        files.append(tmp_path / f"{kind}.html")
        files[-1].write_text(place.go(visitor, demo.site).text(), encoding="utf-8")
    done = subprocess.run(
        ["java", "-jar", CHECKER, "--format", "json", *files],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    messages = json.loads(done.stderr)["messages"]
    said = Counter(
        f"{message['type']}: {Path(message.get('url', '')).stem}: {message['message']}"
        for message in messages
    )
    errors = [message for message in messages if message["type"] != "info"]
    assert not errors, describe([f"{count} × {what}" for what, count in said.items()])
