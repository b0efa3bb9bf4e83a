"""A new password, for those who forgot theirs."""

import pytest
from django.core import mail

from pennypress.readers.actions import sign_in_path
from pennypress.readers.models import Account

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/password_reset/"


@pytest.mark.parametrize("ask", ["get", "post"])
def test_without_a_mail_server_the_page_says_so_and_what_to_do(reader, editor, site, ask):
    answer = getattr(reader, ask)(ADDRESS, {"email": editor.email})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "no mail server is set up" in page
    assert "pennypress init --editor-email" in page
    assert "emailed" not in page


def test_with_one_a_link_is_sent(reader, editor, site, settings):
    settings.MAIL_IS_ON = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    assert reader.get(ADDRESS).status_code == 200
    assert reader.post(ADDRESS, {"email": editor.email}).status_code == 302
    assert [message.to for message in mail.outbox] == [[editor.email]]


def test_who_forgot_theirs_sets_another_one_by_a_link_that_works_once(reader, editor, site):
    editor.set_password("the one that was forgotten")
    editor.save()
    link = sign_in_path(editor)
    assert reader.post(link).url == "/accounts/password/"
    assert "Keep the one I have" in reader.get("/accounts/password/").content.decode()
    words = "quite another long password"
    reader.post("/accounts/password/", {"new_password1": words, "new_password2": words})
    assert Account.objects.get(pk=editor.pk).check_password(words)
    again = {"new_password1": "yet another one", "new_password2": "yet another one"}
    assert reader.post("/accounts/password/", again).url == "/admin/account/"
    assert Account.objects.get(pk=editor.pk).check_password(words)
    assert reader.post(link).status_code == 410
