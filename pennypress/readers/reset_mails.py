"""Mails with a link to a new password: a request leaves a task behind, which writes the mail.

The request does the same work for an account that there is and one that there is not: one look
into the table of accounts, one task. So neither words nor time tell which accounts there are.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django_tasks import task
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.views.account import PasswordResetView

from .attempts import fold_address
from .models import Account

NOBODY = 0


def ask_for_reset(email: str) -> None:
    """Leave behind the task that mails the link; where there is no such account, one for nobody."""
    found = Account.objects.filter(email__iexact=email).only("pk", "email").first()
    # Databases know letters to be the same that are not: each spelling would be counted alone.
    same = found is not None and fold_address(found.email) == fold_address(email)
    mail_reset_link.enqueue(found.pk if found is not None and same else NOBODY)


@task()
def mail_reset_link(account_id: int) -> int:
    """Mail the link to an account that may have it; return how many were mailed."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        return 0
    form = PasswordResetForm({"email": account.email})
    if not form.is_valid():
        return 0
    public = urlsplit(settings.PUBLIC_URL)
    form.save(
        # Of the site's own address, whatever host the request named.
        domain_override=public.netloc,
        use_https=public.scheme == "https",
        subject_template_name=PasswordResetView.subject_template_name,
        email_template_name=PasswordResetView.email_template_name,
    )
    return 1
