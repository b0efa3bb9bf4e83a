"""Moderation in the newsroom's admin: its menu, its addresses, and who may."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import admin


class ModerationMenuItem(MenuItem):
    """Shown to those who may moderate, with the number of comments that wait."""

    def is_shown(self, request) -> bool:
        return request.user.has_perm("discussion.change_comment")


@hooks.register("register_permissions")
def moderation_permissions():
    """Groups may be allowed to moderate."""
    return Permission.objects.filter(
        content_type__app_label="discussion", codename="change_comment"
    )


@hooks.register("register_admin_urls")
def moderation_urls():
    return [
        path("discussion/", admin.queue, name="moderation-queue"),
        path("discussion/<int:number>/decide/", admin.decide, name="moderation-decide"),
    ]


@hooks.register("register_admin_menu_item")
def moderation_menu_item():
    return ModerationMenuItem(
        _("Discussion"), reverse("moderation-queue"), icon_name="comment", order=210
    )
