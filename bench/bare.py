"""What Granian and Django can do at best: fixed bytes through RSGI, and through a view of Django's.

`fixed` and `view` read the pages to hand out from the file that BENCH_PAGES names.
"""

import os
import pickle
from pathlib import Path


def _read_pages() -> dict:
    return pickle.loads(Path(os.environ["BENCH_PAGES"]).read_bytes())


class Fixed:
    """An RSGI application that looks a path up and hands out what it finds."""

    def __init__(self) -> None:
        self.pages = _read_pages()

    async def __rsgi__(self, scope, protocol) -> None:
        headers, body = self.pages[scope.path]
        protocol.response_bytes(200, headers, body)


def make_view():
    """Make a project of one view: no middleware, no database, no apps.

    It hands out what there is for a path, and for one that it does not know what there is for "".
    """
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import re_path

    pages = _read_pages()
    rest = pages.get("")

    def show(request):
        status, headers, body = pages.get(request.path, rest)
        return HttpResponse(body, status=status, headers=headers)

    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=(re_path("", show),),
        MIDDLEWARE=[],
        INSTALLED_APPS=[],
        LOGGING_CONFIG=None,  # a 404 is what was asked for
    )
    return get_wsgi_application()


def __getattr__(name: str):
    """Make the application that the server asks for, and only that."""
    if name == "fixed":
        return Fixed()
    if name == "view":
        return make_view()
    raise AttributeError(name)
