"""The moderators' queue in the admin."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pennypress.readers.models import Account

from .actions import NotPossible, hold_comment, publish_comment, remove_comment
from .models import Comment, Rule

QUEUE_PAGE = 30
STATES = ("held", "visible", "removed")


class DecisionForm(forms.Form):
    """What a moderator decides: make visible, hold, or remove under a rule."""

    act = forms.ChoiceField(choices=[("publish", ""), ("hold", ""), ("remove", "")])
    rule = forms.ModelChoiceField(Rule.objects.all(), required=False)
    why = forms.CharField(required=False, max_length=1000)
    seen = forms.CharField(required=False)  # the state on the page that the moderator looked at

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("act") == "remove" and not cleaned.get("rule"):
            self.add_error("rule", _("Name the house rule under which you remove it."))
        return cleaned


def _guard(request: HttpRequest) -> None:
    """The one door to moderation. Raises PermissionDenied."""
    if not request.user.has_perm("discussion.change_comment"):
        raise PermissionDenied


def queue(request: HttpRequest) -> HttpResponse:
    """Comments by state: those held first, oldest first, so that nobody waits longest unseen."""
    _guard(request)
    state = request.GET.get("state", "held")
    if state not in STATES:
        state = "held"
    rows = (
        Comment.objects.filter(state=state)
        .select_related("discussion__page", "parent", "removed_under")
        .prefetch_related("decisions__account")
        .order_by("pk" if state == "held" else "-pk")
    )
    return render(
        request,
        "discussion/admin/queue.html",
        {
            "state": state,
            "states": STATES,
            "held_count": Comment.objects.filter(state="held").count(),
            "rows": Paginator(rows, QUEUE_PAGE).get_page(request.GET.get("p")),
            "rules": Rule.objects.all(),
        },
    )


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Carry out a moderator's decision and go back to the queue."""
    _guard(request)
    comment = get_object_or_404(Comment, pk=number)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return _back(request)
    moderator = request.user
    assert isinstance(moderator, Account)
    act, rule, why = form.cleaned_data["act"], form.cleaned_data["rule"], form.cleaned_data["why"]
    try:
        if form.cleaned_data["seen"] not in {"", comment.state}:
            raise NotPossible(_("Someone else has just decided this."))
        if act == "remove":
            remove_comment(comment, rule, moderator, why)
            messages.success(request, _("Removed under rule %(rule)s.") % {"rule": rule.number})
        elif act == "hold":
            hold_comment(comment, moderator, why)
            messages.success(request, _("Held."))
        else:
            publish_comment(comment, moderator, why)
            messages.success(request, _("Made visible."))
    except NotPossible as error:
        messages.error(request, str(error))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect(reverse("moderation-queue"))


def held_comments():
    """Comments that wait for a moderator, longest waiting first."""
    return (
        Comment.objects.filter(state=Comment.State.HELD)
        .select_related("discussion__page")
        .order_by("pk")
    )
