"""What all tests share: an empty site, a small cast, and where outside material lies."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from .databases import Databases

# A busy machine makes no test wrong.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.hookimpl(trylast=True)  # when folders have marked theirs
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where bin/test has shared out the tests, keep those of this process."""
    if part := os.environ.get("PENNYPRESS_TEST_PART"):
        kept, left = [], []
        for item in items:
            (kept if part in _parts_of(item) else left).append(item)
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _parts_of(item: pytest.Item) -> tuple[str, ...]:
    """The processes of bin/test in which a test is run."""
    for marker in ("browser", "once"):
        if item.get_closest_marker(marker):
            return (marker,)
    return ("sqlite", "postgresql")


@pytest.fixture(autouse=True)
def _quick_settings(settings) -> None:
    """Hash passwords fast, keep static files unhashed, run queued tasks at once."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    # The database of the test before is gone: this one's record must not be taken for a fork.
    settings.SITE_FOLDER.record_last_signed.unlink(missing_ok=True)
    # Wagtail remembers renditions by the number of their picture, which another test had too.
    cache.clear()


@pytest.fixture(autouse=True)
def _refusals_wait() -> Iterator[None]:
    """What a test refuses is not written down some seconds later, into another one's database."""
    from pennypress.discussion.actions import counting

    counting.UNSEEN = own = counting.UnseenComments(3600)
    yield
    if own._timer:
        own._timer.cancel()


@pytest.fixture(autouse=True)
def _no_limit_reached_yet() -> None:
    """What a process remembers of limits is of the database of the test before."""
    from pennypress.limits import day_keys
    from pennypress.limits.actions import REFUSALS

    REFUSALS.forget()
    day_keys.forget()


@pytest.fixture
def limits_clock(monkeypatch):
    """The clock of all limits stands, until a test moves it."""
    from pennypress.limits import windows

    from .limits.clock import Clock

    clock = Clock()
    monkeypatch.setattr(windows, "now", clock)
    return clock


@pytest.fixture
def reader() -> Client:
    """A browser that knows nobody."""
    return Client()


def _make_site() -> None:
    from pennypress.newsroom.setup import set_up_site

    set_up_site("The Test Tide")


def _make_story() -> None:
    from pennypress.stories.actions import find_or_make_section, publish_story
    from pennypress.stories.models import StoryPage

    publish_story(
        StoryPage(
            title="The quay is open again",
            standfirst="After eleven weeks the barrier is gone.",
            body=[
                ("paragraph", "<p>The barrier came down at six.</p>"),
                ("paragraph", "<p>By seven the first boat had landed.</p>"),
            ],
        ),
        find_or_make_section("news", "News"),
    )


# What the fixtures of these names find in the database when a test begins.
LEVELS = {"site": _make_site, "story": _make_story}


@pytest.fixture(scope="session")
def databases(request, django_test_environment, django_db_blocker) -> "Databases":
    """The run's databases. Connections lead to the empty one at first."""
    from .databases import Databases

    made = Databases(LEVELS)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with django_db_blocker.unblock(), capture.global_and_fixture_disabled():
        made.lead_to("empty")
    return made


@pytest.fixture
def django_db_setup(request, databases, django_db_blocker) -> None:
    """In place of pytest-django's: leads to the database with what the test's fixtures ask for."""
    asked = [level for level in LEVELS if level in request.fixturenames]
    with django_db_blocker.unblock():
        databases.lead_to(asked[-1] if asked else "empty")


@pytest.fixture
def site(db):
    """An empty site: home page, a section News, house pages and rules."""
    from pennypress.stories.models import HomePage

    return HomePage.objects.earliest("pk")


@pytest.fixture
def section(site):
    from pennypress.stories.models import SectionPage

    return SectionPage.objects.earliest("pk")


@pytest.fixture
def story(section):
    """A published story of two paragraphs with an open discussion."""
    from pennypress.stories.models import StoryPage

    return StoryPage.objects.earliest("pk")


@pytest.fixture
def discussion(story):
    from pennypress.discussion.models import Discussion

    return Discussion.objects.get(pk=story.pk)


@pytest.fixture
def campaign(site):
    """The main campaign: 4,700 US dollars."""
    from pennypress.funding.actions import save_campaign
    from pennypress.funding.models import Campaign

    return save_campaign(
        Campaign(slug="main", title="A year of the Tide", currency="USD", goal=470_000)
    )


@pytest.fixture
def rule(site):
    """House rule 3."""
    from pennypress.discussion.models import Rule

    return Rule.objects.get(number=3)


@pytest.fixture
def editor(db):
    """An account with all rights."""
    from pennypress.readers.models import Account

    return Account.objects.create_superuser("editor@example.org", "a long password")


@pytest.fixture
def newsroom(editor) -> Client:
    """A browser in which the editor is signed in."""
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def publish_at_once(settings) -> None:
    """Readers' comments are visible at once."""
    settings.FIRST_COMMENTS = "publish"
