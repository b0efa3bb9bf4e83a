"""Redirects in the newsroom's admin: a list to search, and forms that save through the verbs."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from .actions import RedirectRefused, add_redirect, change_redirect, check_redirect, remove_redirect
from .finding import target_of
from .models import Redirect


class RedirectForm(WagtailAdminModelForm):
    """An old address and where it leads, as an editor writes both."""

    source = forms.CharField(
        label=_("Old address"),
        help_text=_("As in “/news/old-title/” or “/?p=123”; a full address of this site will do."),
    )
    target = forms.CharField(
        label=_("or to the address"),
        required=False,
        help_text=_("Without a page: of this site (“/give/”) or of another (“https://…”)."),
    )
    instance: Redirect
    field_order = ["source", "form", "page", "target", "permanent"]

    class Meta:
        model = Redirect
        fields = ["form", "page", "permanent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["source"] = self.instance.source
            if self.instance.rest or not self.instance.page_id:  # one field says all of it
                self.initial["target"] = target_of(self.instance)
                self.initial["page"] = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        page, target = cleaned.get("page"), cleaned.get("target")
        if bool(page) == bool(target):
            self.add_error("target", _("Choose a page or write an address: one of the two."))
        elif "source" in cleaned and "form" in cleaned:
            draft = Redirect(pk=self.instance.pk)
            try:
                check_redirect(draft, cleaned["source"], page or target, form=cleaned["form"])
            except RedirectRefused as refused:
                self.add_error(refused.field, str(refused))
        return cleaned

    def _post_clean(self) -> None:
        """The verb fills the row; nothing is taken over from the form's fields before."""

    def save(self, commit: bool = True) -> Redirect:
        """Add or change the redirect by the verb."""
        given = self.cleaned_data
        source, target = given["source"], given["page"] or given["target"]
        more = {"form": given["form"], "permanent": given["permanent"]}
        if self.instance.pk:
            self.instance = change_redirect(self.instance, source, target, **more)
        else:
            self.instance = add_redirect(source, target, **more)
        return self.instance


class RedirectFilterSet(WagtailFilterSet):
    """What the list can be narrowed to."""

    made = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)

    class Meta:
        model = Redirect
        fields = ["form", "origin", "permanent", "made"]


class RedirectIndexView(generic.IndexView):
    """The list."""

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("page")


class RedirectAddView(generic.CreateView):
    """A new redirect."""

    def save_instance(self) -> Redirect:
        redirect = self.form.save()
        log(instance=redirect, action="wagtail.create", user=self.request.user)
        return redirect


class RedirectEditView(generic.EditView):
    """A redirect that is there."""

    def save_instance(self) -> Redirect:
        redirect = self.form.save()
        log(instance=redirect, action="wagtail.edit", user=self.request.user)
        return redirect


class RedirectDeleteView(generic.DeleteView):
    """A redirect that shall go."""

    def delete_action(self) -> None:
        log(instance=self.object, action="wagtail.delete", user=self.request.user, deleted=True)
        remove_redirect(self.object)


class RedirectViewSet(ModelViewSet):
    """Old addresses and where they lead."""

    model = Redirect
    icon = "redirect"
    menu_label = _("Redirects")
    menu_name = "redirects"
    menu_order = 800
    add_to_settings_menu = True
    copy_view_enabled = False
    index_view_class = RedirectIndexView
    add_view_class = RedirectAddView
    edit_view_class = RedirectEditView
    delete_view_class = RedirectDeleteView
    filterset_class = RedirectFilterSet
    search_fields = ["path", "query", "address", "rest", "page__title", "page__url_path"]
    search_backend_name = None
    list_display = [
        "source",
        Column("target", label=_("Leads to"), accessor=target_of),
        Column("form", label=_("Holds for"), accessor="get_form_display", sort_key="form"),
        Column("origin", label=_("Made"), accessor="get_origin_display", sort_key="origin"),
        BooleanColumn("permanent", label=_("For good"), sort_key="permanent"),
        DateColumn("made", label=_("When"), sort_key="made"),
    ]

    def get_form_class(self, for_update: bool = False) -> type[RedirectForm]:
        return RedirectForm


redirect_viewset = RedirectViewSet("redirects")
