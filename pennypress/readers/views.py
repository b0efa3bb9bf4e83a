"""Signing in by a one-time link, the first password, and a new one by mail."""

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.views.account import PasswordResetView

from .actions import account_of_link
from .models import Account

CAME_BY_LINK = "came_by_link"  # in the session, until a password is set


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_once(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Ask, then sign in: a mail scanner that merely follows the link must not use it up."""
    account = account_of_link(uid, token)
    if account is None:
        return render(request, "readers/link_spent.html", status=410)
    if request.method != "POST":
        return render(request, "readers/sign_in_once.html", {"account": account})
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session[CAME_BY_LINK] = True
    return redirect("set-password")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """Give an account its first password, or another one to who just came by a one-time link.

    Others change theirs in the admin, where the old one is asked for.
    """
    account = request.user
    assert isinstance(account, Account)
    if account.has_usable_password() and not request.session.get(CAME_BY_LINK):
        return redirect("wagtailadmin_account")
    form = SetPasswordForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        request.session.pop(CAME_BY_LINK, None)
        update_session_auth_hash(request, account)
        return redirect("wagtailadmin_home")
    return render(
        request, "readers/set_password.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password_by_mail(request: HttpRequest) -> HttpResponse:
    """Wagtail's page for those who forgot theirs; without a mail server, one that says so."""
    if settings.MAIL_IS_ON:
        return PasswordResetView.as_view()(request)
    return render(request, "readers/mail_is_off.html", status=503)
