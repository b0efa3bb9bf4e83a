"""Of the inline scripts in the admin only those run that Wagtail's own widgets begin with."""

import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from pennypress.delivery.middleware import ContentSecurityPolicy

pytestmark = pytest.mark.once

KNOWN = [
    '<script>new ImageChooser("id_lead", {"modalUrl": "/admin/images/chooser/"});</script>',
    '<script>new SnippetChooser("id_bylines-__prefix__-person", {"x": [1, null]});<-/script>',
    '<script>initDateTimeChooser("id_go\\u002Dlive", {"format": "Y-m-d H:i"});</script>',
    '<script>initDateChooser("id_day", {"dayOfWeekStart": 1});</script>',
    """<script>
        (function() {
            var panel = new InlinePanel(JSON.parse("{\\u0022a\\u0022: 1}"));
        })();
    </script>""",
]
FOREIGN = [
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    '<script >new ImageChooser("x", {});</script>',
    '<script>new ImageChooser("x", {"a": alert(1)});</script>',
    '<script>new ImageChooser("x", {a: 1});</script>',
    '<script>new ImageChooser("x", {}); alert(1);</script>',
    '<script>alert(1); new ImageChooser("x", {});</script>',
    '<script>new ImageChooser("x" + alert(1), {});</script>',
    '<script>new ImageChooser("x\\", {}); alert(1); ("", {});</script>',
    '<script>new ImageChooser("x", {"a": "b"}); alert({});</script>',
    '<script>new evil.Chooser("x", {});</script>',
    '<script>new Chooser["x"]("x", {});</script>',
    "<script>new FunctionChooser(`x`, {});</script>",
    '<script>initAnythingChooser("x", {});</script>',
    '<script>(function() { var panel = new InlinePanel(JSON.parse("x"), alert(1)); })();</script>',
    '<script>(function() { var panel = new Panel(JSON.parse("x")); })();</script>',
    '<script>new ImageChooser("x", ' + "[" * 100_000 + ");</script>",
    '<script src="https://evil.example/x.js"></script>',
    '<script nonce="guess">alert(1)</script>',
]


def answer(content: str, *, path: str = "/admin/", kind: str = "text/html") -> HttpResponse:
    def respond(request) -> HttpResponse:
        return HttpResponse(content, content_type=kind)

    return ContentSecurityPolicy(respond)(RequestFactory().get(path))


def nonce_in(response: HttpResponse) -> str:
    (nonce,) = re.findall(r"'nonce-([0-9a-f]{32})'", response["Content-Security-Policy"])
    return nonce


@pytest.mark.parametrize("script", KNOWN)
def test_what_begins_a_widget_gets_the_nonce(script):
    response = answer(f"<p>ü{script}{script}")
    text = response.content.decode()
    assert text.count(f'<script nonce="{nonce_in(response)}">') == 2
    assert text.replace(f' nonce="{nonce_in(response)}"', "") == f"<p>ü{script}{script}"


@pytest.mark.parametrize("script", FOREIGN)
def test_any_other_script_gets_none(script):
    content = f"<p>{script}"
    assert answer(content).content.decode() == content


def test_the_policy_lets_no_inline_script_run_without_it():
    policy = answer("")["Content-Security-Policy"]
    scripts = re.search(r"script-src ([^;]+);", policy)
    assert scripts
    assert "unsafe" not in scripts[1]
    assert "*" not in policy
    assert "default-src 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "frame-ancestors 'self'" in policy


def test_only_pages_of_the_admin_are_changed():
    for other in (answer(KNOWN[0], path="/"), answer(KNOWN[0], kind="application/json")):
        assert other.content.decode() == KNOWN[0]
    streamed = ContentSecurityPolicy(lambda request: StreamingHttpResponse([b"x"]))
    assert b"".join(streamed(RequestFactory().get("/admin/")).streaming_content) == b"x"
    assert "nonce" not in answer("", path="/")["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_nonce_is_the_sessions(newsroom, editor, site):
    other = Client()
    other.force_login(editor)
    nonces = [nonce_in(browser.get("/admin/")) for browser in (newsroom, newsroom, other)]
    assert nonces[0] == nonces[1] != nonces[2]
    assert newsroom.session.session_key not in nonces[0]


@pytest.mark.django_db
def test_an_answer_of_the_admin_has_one_whatever_it_is(newsroom, reader, story):
    for browser in (newsroom, reader):
        for path in (
            "/admin/",
            "/admin/nothing/",
            "/admin/login/",
            f"/admin/pages/{story.pk}/edit/",
        ):
            assert nonce_in(browser.get(path)), path
