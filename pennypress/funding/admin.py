"""The fund in the newsroom's admin: campaigns in whole units, and gifts received outside."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.forms import WagtailAdminModelForm

from .actions import FundingRefused, check_campaign, erase_giver, record_gift, save_campaign
from .figures import ledger_entries, public_entry
from .models import Campaign, FundSettings, Transfer
from .money import BadAmount, parse_amount, to_minor


class CampaignForm(WagtailAdminModelForm):
    """A campaign with its goal in whole units, as people write it."""

    goal_amount = forms.DecimalField(
        label=gettext_lazy("Goal"),
        required=False,
        help_text=gettext_lazy("In whole units of the currency (4700 for 4,700 $). Empty: no goal"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            fund = FundSettings.objects.first()
            self.fields["currency"].initial = fund.currency if fund else "USD"
        if self.instance.goal:
            self.fields["goal_amount"].initial = f"{self.instance.goal_money.major:f}"

    def clean(self) -> dict:
        cleaned = super().clean()
        self.instance.goal = None
        amount: Decimal | None = cleaned.get("goal_amount")
        if amount is not None and cleaned.get("currency"):
            try:
                self.instance.goal = to_minor(amount, cleaned["currency"])
            except BadAmount as error:
                self.add_error("goal_amount", str(error))
        return cleaned

    def save(self, commit: bool = True) -> Campaign:
        return save_campaign(self.instance) if commit else self.instance

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            check_campaign(self.instance)
        except ValueError as error:
            self.add_error(None, str(error))


class GiftForm(forms.Form):
    """A gift that came by bank transfer or in cash."""

    campaign = forms.ModelChoiceField(Campaign.objects.all(), empty_label=None)
    amount = forms.CharField(
        help_text=gettext_lazy("As in 12 or 12.50, in the campaign's currency")
    )
    day = forms.DateField(
        label=gettext_lazy("Received on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    received_in = forms.ChoiceField(
        label=gettext_lazy("Received in"),
        choices=[("bank", gettext_lazy("the bank account")), ("cash", gettext_lazy("cash"))],
    )
    name = forms.CharField(
        required=False,
        max_length=120,
        help_text=gettext_lazy("Shown to everybody: only if the giver wants that"),
    )
    reference = forms.CharField(
        required=False,
        max_length=100,
        help_text=gettext_lazy("The bank's or your own; the same one is booked once. Not shown"),
    )


def gift(request: HttpRequest) -> HttpResponse:
    """Record a gift received outside, and see the latest entries."""
    if not request.user.has_perm("funding.add_transfer"):
        raise PermissionDenied
    form = GiftForm(request.POST or None, initial={"day": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and _book(request, form):
        return redirect("record-gift")
    return render(
        request,
        "funding/admin/gift.html",
        {
            "form": form,
            "entries": [public_entry(row, "en") for row in ledger_entries()[:20]],
            "any_campaign": Campaign.objects.exists(),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def erase_name(request: HttpRequest, entry: int) -> HttpResponse:
    """Erase the name on the gift that an entry of the record booked."""
    if not request.user.has_perm("funding.add_transfer"):
        raise PermissionDenied
    transfer = get_object_or_404(Transfer, entry=entry)
    if erase_giver(transfer):
        messages.success(request, _("The name is erased. The gift stays in the ledger."))
    else:
        messages.warning(request, _("There is no name on this gift."))
    return redirect("record-gift")


def _book(request: HttpRequest, form: GiftForm) -> bool:
    data = form.cleaned_data
    campaign: Campaign = data["campaign"]
    try:
        record_gift(
            campaign,
            parse_amount(data["amount"], campaign.currency),
            campaign.currency,
            name=data["name"],
            reference=data["reference"],
            day=data["day"],
            received_in=data["received_in"],
        )
    except BadAmount as error:
        form.add_error("amount", str(error))
        return False
    except FundingRefused as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The gift is in the ledger, and the meter has moved."))
    return True
