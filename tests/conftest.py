"""What all tests share: an empty site, a small cast, and where outside material lies."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from pennypress.record.keys import last_signed_file

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
COMMANDS = Path(__file__).resolve().parent / "cli"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where both databases are tested side by side, what neither decides runs beside one alone.

    The command's tests run beside PostgreSQL, all others beside SQLite: both then end together.
    """
    beside = os.environ.get("PENNYPRESS_TEST_BESIDE")
    if beside:
        left = [
            item
            for item in items
            if item.get_closest_marker("once")
            and (beside == "sqlite") == (item.path.parent == COMMANDS)
        ]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


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
    last_signed_file().unlink(missing_ok=True)
    # Wagtail remembers renditions by the number of their picture, which another test had too.
    cache.clear()


@pytest.fixture
def reader() -> Client:
    """A browser that knows nobody."""
    return Client()


@pytest.fixture
def site(db):
    """An empty site: home page, a section News, house pages and rules."""
    from pennypress.newsroom.setup import set_up_site

    return set_up_site("The Test Tide")


@pytest.fixture
def section(site):
    from pennypress.stories.actions import find_or_make_section

    return find_or_make_section("news", "News")


@pytest.fixture
def story(section):
    """A published story of two paragraphs with an open discussion."""
    from pennypress.stories.actions import publish_story
    from pennypress.stories.models import StoryPage

    return publish_story(
        StoryPage(
            title="The quay is open again",
            standfirst="After eleven weeks the barrier is gone.",
            body=[
                ("paragraph", "<p>The barrier came down at six.</p>"),
                ("paragraph", "<p>By seven the first boat had landed.</p>"),
            ],
        ),
        section,
    )


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
