"""The forms by which people sign in, and ask for a new password: they say when it is too often."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext
from wagtail.admin.forms.auth import LoginForm, PasswordResetForm

from pennypress.limits.actions import TooMany

from .attempts import count, reset_buckets
from .security_log import TOO_MANY, log_event


def say_wait(seconds: int) -> str:
    """Say how long somebody has to wait who tried too often."""
    if seconds < 100:
        return ngettext(
            "There were too many attempts. Please try again in %(count)s second.",
            "There were too many attempts. Please try again in %(count)s seconds.",
            seconds,
        ) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext(
        "There were too many attempts. Please try again in %(count)s minute.",
        "There were too many attempts. Please try again in %(count)s minutes.",
        minutes,
    ) % {"count": minutes}


class SignInForm(LoginForm):
    """Wagtail's. `refusal` is set where there were too many attempts."""

    refusal: TooMany | None = None

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except TooMany as refusal:
            self.refusal = refusal
            raise ValidationError(say_wait(refusal.seconds), code="too_many") from refusal


class NewPasswordForm(PasswordResetForm):
    """Wagtail's. `refusal` is set where there were too many requests."""

    refusal: TooMany | None = None

    def count_against(self, request: Any) -> None:
        """Count this request, if the form is valid; where there were too many it is not any more.

        What is said is the same for an account that there is and one that there is not.
        """
        if not self.is_valid():
            return
        try:
            count(reset_buckets(request, self.cleaned_data["email"]))
        except TooMany as refusal:
            if not refusal.again:
                log_event(TOO_MANY, request)
            self.refusal = refusal
            self.add_error(None, ValidationError(say_wait(refusal.seconds), code="too_many"))
