"""The fund in the newsroom's admin."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TitleFieldPanel,
)
from wagtail.admin.widgets.slug import SlugInput
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from pennypress.delivery.actions import invalidate
from pennypress.foundation.language import other_languages

from . import admin
from .models import Campaign, FundSettings


class CampaignViewSet(SnippetViewSet):
    """Campaigns: what readers are asked to pay for."""

    model = Campaign
    icon = "pick"
    add_to_admin_menu = True
    menu_label = _("Campaigns")
    menu_order = 220
    list_display = ["title", "slug", "currency", "starts", "ends"]
    panels = [
        TitleFieldPanel("title", targets=["slug"]),
        FieldPanel("slug", widget=SlugInput),
        FieldRowPanel([FieldPanel("currency"), FieldPanel("goal_amount")], heading=_("Goal")),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")], heading=_("Dates")),
        FieldPanel("text"),
        MultiFieldPanel(
            [FieldPanel("appeal_heading"), FieldPanel("appeal_text")],
            heading=_("Appeal under each story"),
        ),
    ]

    def get_edit_handler(self):
        form = admin.campaign_form()
        panels = [*self.panels, *_appeals_in_other_languages()]
        return ObjectList(panels, base_form_class=form).bind_to_model(Campaign)


def _appeals_in_other_languages() -> list[MultiFieldPanel]:
    return [
        MultiFieldPanel(
            [FieldPanel(f"appeal_heading_{code}"), FieldPanel(f"appeal_text_{code}")],
            heading=format_lazy(_("Appeal in {language}"), language=name),
            help_text=_("Empty: readers of this language see the appeal above."),
        )
        for code, name in other_languages()
    ]


class GiftMenuItem(MenuItem):
    """Shown to those who may write to the ledger."""

    def is_shown(self, request) -> bool:
        return request.user.has_perm("funding.add_transfer")


@hooks.register("register_permissions")
def ledger_permissions():
    """Groups may be allowed to record gifts."""
    return Permission.objects.filter(content_type__app_label="funding", codename="add_transfer")


@hooks.register("register_admin_urls")
def gift_urls():
    return [
        path("gifts/", admin.gift, name="record-gift"),
        path("gifts/<int:entry>/erase-name/", admin.erase_name, name="erase-giver"),
    ]


@hooks.register("register_admin_menu_item")
def gift_menu_item():
    return GiftMenuItem(_("Record a gift"), reverse("record-gift"), icon_name="plus", order=225)


register_snippet(CampaignViewSet)


@hooks.register("after_delete_snippet")
def campaigns_deleted(request, instances) -> None:
    """One without a sum may go; another may then be the main one."""
    if any(isinstance(instance, Campaign) for instance in instances):
        invalidate("site", "campaigns")


@hooks.register("after_edit_setting")
def fund_settings_saved(request, instance) -> None:
    """How to give stands on a page."""
    if isinstance(instance, FundSettings):
        invalidate("fund")
