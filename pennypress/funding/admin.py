"""The fund in the newsroom's admin: campaigns in whole units, and gifts received outside."""

from collections.abc import Iterator
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.forms import WagtailAdminModelForm

from pennypress.foundation.clean_fields import CleanFormField
from pennypress.foundation.language import other_languages

from .actions import FundingRefused, check_campaign, erase_giver, record_gift, save_campaign
from .figures import ledger_entries, public_entry
from .models import Campaign, FundSettings, Transfer
from .money import BadAmount, parse_amount, to_minor


class CampaignForm(WagtailAdminModelForm):
    """A campaign with its goal in whole units, as people write it, and its appeal in each language.

    What is asked in another language is left out where it has no heading.
    """

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
        for code, _name in other_languages():
            words = self.instance.appeals.get(code, {})
            self.fields[f"appeal_heading_{code}"].initial = words.get("heading", "")
            self.fields[f"appeal_text_{code}"].initial = words.get("text", "")

    def clean(self) -> dict:
        cleaned = super().clean()
        self.instance.goal = None
        amount: Decimal | None = cleaned.get("goal_amount")
        if amount is not None and cleaned.get("currency"):
            try:
                self.instance.goal = to_minor(amount, cleaned["currency"])
            except BadAmount as error:
                self.add_error("goal_amount", str(error))
        asked = [code for code, _name in other_languages()]
        kept = {code: words for code, words in self.instance.appeals.items() if code not in asked}
        self.instance.appeals = kept | dict(self._read_appeals(cleaned))
        return cleaned

    def _read_appeals(self, cleaned: dict) -> Iterator[tuple[str, dict[str, str]]]:
        for code, _name in other_languages():
            heading = cleaned.get(f"appeal_heading_{code}", "")
            text = cleaned.get(f"appeal_text_{code}", "")
            if heading:
                yield code, {"heading": heading, "text": text}
            elif text:
                words = gettext_lazy("Write a heading, too: without one the appeal is not shown.")
                self.add_error(f"appeal_heading_{code}", words)

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


def campaign_form() -> type[CampaignForm]:
    """Return the form of a campaign with fields for each language of the site."""
    fields: dict[str, forms.Field] = {}
    for code, _name in other_languages():
        direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
        written = {"lang": code, "dir": direction}
        fields[f"appeal_heading_{code}"] = CleanFormField(
            label=gettext_lazy("Appeal heading"), required=False, max_length=200,
            widget=forms.TextInput(attrs=written),
        )  # fmt: skip
        fields[f"appeal_text_{code}"] = CleanFormField(
            label=gettext_lazy("Appeal text"), required=False, multiline=True,
            widget=forms.Textarea(attrs=written | {"rows": 3}),
        )  # fmt: skip
    return type("CampaignForm", (CampaignForm,), fields)


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
