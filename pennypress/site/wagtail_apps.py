"""Wagtail's apps without its own API, which no address of this site leads to.

Each of them registers a part of that API as its last step, and importing it would take a fifth of
the start of every command.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.abc import MetaPathFinder

from wagtail.documents.apps import WagtailDocsAppConfig
from wagtail.images.apps import WagtailImagesAppConfig
from wagtail.snippets.apps import WagtailSnippetsAppConfig

API = ".api.v3"  # in the name of each module of it


class _NotUsed(Exception):
    """Wagtail's API was about to be imported."""


class _Refuse(MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        if fullname.endswith(API):
            raise _NotUsed
        return


@contextmanager
def _up_to_the_api() -> Iterator[None]:
    """Leave the block where it begins to import Wagtail's API."""
    refuse = _Refuse()
    sys.meta_path.insert(0, refuse)
    try:
        with suppress(_NotUsed):
            yield
    finally:
        sys.meta_path.remove(refuse)


class WithoutApi:
    """Stands before one of Wagtail's apps among the bases of ours."""

    def ready(self) -> None:
        with _up_to_the_api():
            super().ready()  # type: ignore[misc]


class Documents(WithoutApi, WagtailDocsAppConfig):
    """Files to download."""


class Images(WithoutApi, WagtailImagesAppConfig):
    """Pictures."""


class Snippets(WithoutApi, WagtailSnippetsAppConfig):
    """What editors keep besides pages: people."""
