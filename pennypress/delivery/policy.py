"""The Content-Security-Policy of the newsroom's admin, and the inline scripts that it lets run.

Wagtail's forms carry a few inline scripts that start a widget: each calls one known function with
plain data. These alone get the policy's nonce; any other script in a page, whoever wrote it there,
is refused by the browser. The nonce is the session's, because rows that a form adds and parts that
it loads later run under the policy of the page.
"""

import json
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

_STRING = r'"(?:[^"\\<]|\\.)*"'
_STARTERS = re.compile(
    r"<script>(?P<script>\s*(?:"
    rf"(?P<chooser>new [A-Z][A-Za-z]*Chooser|init(?:Date|Time|DateTime)Chooser)"
    rf"\({_STRING}, (?P<options>\{{[^<]*\}})\);"
    rf"|\(function\(\) \{{\s*var panel = new (?:Inline|MultipleChooser)Panel"
    rf"\(JSON\.parse\({_STRING}\)\);\s*\}}\)\(\);"
    r")\s*)(?P<end><-*/script>)"
)


def protect_admin(request: HttpRequest, response: HttpResponse) -> None:
    """Give an answer of the admin its policy, and the scripts in it that are known their nonce."""
    nonce = _nonce_of(request)
    response.headers.setdefault(
        "Content-Security-Policy", settings.ADMIN_CONTENT_SECURITY_POLICY.format(nonce=nonce)
    )
    kind = response.headers.get("Content-Type", "")
    if response.streaming or not kind.startswith("text/html"):
        return
    text = response.content.decode(response.charset)
    marked = _STARTERS.sub(lambda found: _mark(found, nonce), text)
    if marked != text:
        response.content = marked.encode(response.charset)
        if response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))


def _mark(found: re.Match[str], nonce: str) -> str:
    """The script with its nonce, if what it hands over is data and nothing else."""
    if found["chooser"]:
        try:
            json.loads(found["options"])
        except (ValueError, RecursionError):
            return found[0]
    return f'<script nonce="{nonce}">{found["script"]}{found["end"]}'


def _nonce_of(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    key = (session.session_key if session is not None else None) or ""
    return salted_hmac("pennypress.delivery.policy", key, algorithm="sha256").hexdigest()[:32]
