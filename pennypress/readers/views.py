"""Signing in by a one-time link, the first password, and a new one by mail."""

from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.views.account import LoginView, PasswordResetView

from pennypress.limits.actions import TooMany
from pennypress.site.errors import too_many

from .actions import account_of_link
from .attempts import count, link_buckets, remember_device
from .forms import NewPasswordForm, SignInForm
from .models import Account
from .reset_mails import ask_for_reset
from .security_log import LINK_REFUSED, PASSWORD_SET, RESET_ASKED, SIGNED_IN_BY_LINK, log_event

CAME_BY_LINK = "came_by_link"  # in the session, until a password is set


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_once(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Ask, then sign in: a mail scanner that merely follows the link must not use it up."""
    account = account_of_link(uid, token)
    if account is None:
        return _refuse_link(request)
    if request.method != "POST":
        return render(request, "readers/sign_in_once.html", {"account": account})
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session[CAME_BY_LINK] = True
    log_event(SIGNED_IN_BY_LINK, request, account.pk)
    return redirect("set-password")


def _refuse_link(request: HttpRequest) -> HttpResponse:
    """410; or 429 for who comes with many that are false. One that is good works all the same."""
    try:
        count(link_buckets(request))
    except TooMany as refusal:
        return too_many(request, refusal.seconds)
    log_event(LINK_REFUSED, request)
    return render(request, "readers/link_spent.html", status=410)


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
        log_event(PASSWORD_SET, request, account.pk)
        return redirect("wagtailadmin_home")
    return render(
        request, "readers/set_password.html", {"form": form}, status=422 if form.errors else 200
    )


class SignIn(LoginView):
    """Wagtail's page; where there were too many attempts it says so, with 429."""

    def form_valid(self, form: SignInForm) -> HttpResponse:
        response = super().form_valid(form)
        remember_device(self.request, response, form.get_user())
        return response

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return _with_refusal(super().form_invalid(form), form.refusal)


class NewPassword(PasswordResetView):
    """Wagtail's page; the mail is written later, by a task."""

    form_class = NewPasswordForm

    def get_form_class(self) -> type[NewPasswordForm]:
        return NewPasswordForm

    def get_form(self, form_class: type[NewPasswordForm] | None = None) -> NewPasswordForm:
        form = super().get_form(form_class)
        if self.request.method == "POST":
            form.count_against(self.request)
        return form

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        ask_for_reset(form.cleaned_data["email"])
        log_event(RESET_ASKED, self.request)
        return redirect(self.get_success_url())

    def form_invalid(self, form: NewPasswordForm) -> HttpResponse:
        return _with_refusal(super().form_invalid(form), form.refusal)


def _with_refusal(response: HttpResponse, refusal: TooMany | None) -> HttpResponse:
    if refusal is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password_by_mail(request: HttpRequest) -> HttpResponse:
    """Wagtail's page for those who forgot theirs; without a mail server, one that says so."""
    if settings.MAIL_IS_ON:
        return NewPassword.as_view()(request)
    return render(request, "readers/mail_is_off.html", status=503)
