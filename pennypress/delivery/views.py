"""Files: the site's pictures."""

import posixpath
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve

# Only what the newsroom's pictures are made of: nothing that a browser would run.
# By name, not by the machine's list of types, which may lack the younger ones.
_PICTURE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
# The last holds originals of the time when they were public, until each is cleaned and moved away.
_FOLDERS = ("images/", "pictures/", "original_images/")
_LONGEST_PATH = 255  # no file system in use takes a longer name, and some fail rather than miss it


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture from the site's media folder; nothing else in it has an address."""
    kind = _PICTURE_TYPES.get(Path(path).suffix.lower())
    inside = path.startswith(_FOLDERS) and path == posixpath.normpath(path)
    if kind is None or not inside or len(path.encode()) > _LONGEST_PATH:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    if response.status_code == 200:
        response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = "public, max-age=31536000"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
