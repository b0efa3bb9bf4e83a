"""The discussion in the newsroom's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .actions.placing import lock_discussions
from .models import DiscussionSettings, Rule
from .rules import record_rule


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
