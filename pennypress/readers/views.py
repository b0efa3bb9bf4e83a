"""Signing in by a one-time link."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from .actions import account_of_link


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
    messages.info(request, _("You are signed in. Set a password so that you can come back."))
    return redirect("wagtailadmin_account")
