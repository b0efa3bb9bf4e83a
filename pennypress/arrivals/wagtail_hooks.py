"""Arrivals in the newsroom's admin, under Reports."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import admin


class ArrivalsMenuItem(MenuItem):
    """Shown to those who may see to arrivals."""

    def is_shown(self, request) -> bool:
        return request.user.has_perm(admin.PERMISSION)


@hooks.register("register_permissions")
def arrivals_permissions():
    """Groups may be allowed to see to arrivals."""
    return Permission.objects.filter(
        content_type__app_label="arrivals", codename=admin.PERMISSION.partition(".")[2]
    )


@hooks.register("register_admin_urls")
def arrivals_urls():
    return [
        path("arrivals/", admin.arrivals, name="arrivals"),
        path("arrivals/<int:number>/", admin.arrival, name="arrival"),
        path("arrivals/<int:number>/settle/", admin.settle, name="arrival-settle"),
        path("arrivals/<int:number>/publish/", admin.publish, name="arrival-publish"),
        path("arrivals/<int:number>/take-back/", admin.take_back, name="arrival-take-back"),
    ]


@hooks.register("register_reports_menu_item")
def arrivals_menu_item():
    return ArrivalsMenuItem(_("Arrivals"), reverse("arrivals"), icon_name="download", order=1050)
