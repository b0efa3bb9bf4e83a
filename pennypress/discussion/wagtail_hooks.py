"""The discussion in the newsroom's admin."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from . import admin
from .actions.placing import lock_discussions
from .models import DiscussionSettings, Rule
from .rules import record_rule


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


class RuleViewSet(SnippetViewSet):
    """House rules: what a removal can name."""

    model = Rule
    icon = "clipboard-list"
    menu_label = _("House rules")
    list_display = ["number", "label", "title"]


register_snippet(RuleViewSet)


@hooks.register("after_create_snippet")
def rule_made(request, instance) -> None:
    """The rules stand on their page, and their names on tombstones."""
    if isinstance(instance, Rule):
        record_rule(instance, "made")


@hooks.register("after_edit_snippet")
def rule_changed(request, instance) -> None:
    if isinstance(instance, Rule):
        record_rule(instance, "changed")


@hooks.register("after_delete_snippet")
def rules_removed(request, instances) -> None:
    for instance in instances:
        if isinstance(instance, Rule):
            record_rule(instance, "removed")


@hooks.register("before_edit_setting")
def policy_waits_its_turn(request, instance) -> None:
    """Once an editor reads that the policy is saved, no comment comes in under the one before."""
    if request.method == "POST" and isinstance(instance, DiscussionSettings):
        lock_discussions()
