"""What Granian can do at best: fixed bytes through RSGI, and Django alone through WSGI.

`fixed` reads the pages to hand out from the file that BENCH_PAGES names.
"""

import os
import pickle
from pathlib import Path


class Fixed:
    """An RSGI application that looks a path up and hands out what it finds."""

    def __init__(self) -> None:
        self.pages = pickle.loads(Path(os.environ["BENCH_PAGES"]).read_bytes())

    async def __rsgi__(self, scope, protocol) -> None:
        headers, body = self.pages[scope.path]
        protocol.response_bytes(200, headers, body)


def __getattr__(name: str):
    """Make the application that the server asks for, and only that."""
    if name == "fixed":
        return Fixed()
    if name == "django":
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()
    raise AttributeError(name)
