"""What Granian and Django can do at best: fixed bytes through RSGI, and through a view of Django's.

`fixed` and `view` read the pages to hand out from the file that BENCH_PAGES names.

`python -m bench.bare FOLDER SECONDS` inserts comments' words into SQLite by Django alone, one by
one, and prints the milliseconds that each took.
"""

import json
import os
import pickle
import sys
import time
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


# ── Inserting ──────────────────────────────────────────────────────────────────────────────────


def insert_by_django(folder: Path, seconds: float) -> list[float]:
    """Create rows of a comment's text fields, each in its own transaction; return milliseconds.

    The database is set up as a site's own is, and the project has nothing else.
    """
    import django
    from django.conf import settings
    from django.db import connection, models, transaction

    from pennypress import settings as own

    from .client import comment_of

    ours = own.DATABASES["default"] | {"NAME": str(folder / "django.sqlite3")}
    settings.configure(DATABASES={"default": ours}, USE_TZ=True)
    django.setup()

    class Comment(models.Model):
        path = models.CharField(max_length=2_400)
        newest = models.CharField(max_length=24)
        author = models.CharField(max_length=300, null=True)
        text = models.TextField()
        markup = models.CharField(max_length=10)
        html = models.TextField()
        state = models.CharField(max_length=10)

        class Meta:
            app_label = "bench"

        def __str__(self) -> str:
            return self.path

    if Comment._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Comment)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        said = comment_of(len(took))
        with transaction.atomic():
            Comment.objects.create(
                path=f"{len(took):024}",
                newest=f"{len(took):024}",
                author=said["name"],
                text=said["text"],
                markup="markdown",
                html=f"<p>{said['text']}</p>",
                state="visible",
            )
        took.append((time.perf_counter() - begun) * 1000)
    return took


if __name__ == "__main__":
    print(json.dumps(insert_by_django(Path(sys.argv[1]), float(sys.argv[2]))))
