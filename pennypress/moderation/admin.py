"""The moderators' queue in the admin."""

from dataclasses import dataclass
from textwrap import shorten
from urllib.parse import urlencode, urlsplit

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pennypress.discussion.actions import NotPossible, hold_comment, publish_comment, remove_comment
from pennypress.discussion.models import Comment, Decision, Rule
from pennypress.discussion.newsroom import find_imitated
from pennypress.foundation.clean_fields import CleanFormField
from pennypress.foundation.times import day_and_time
from pennypress.readers.models import Account

_LOOKALIKE = Decision.Role.LOOKALIKE.value

QUEUE_PAGE = 30
STATES = ("held", "visible", "removed")
LONG = 1_500  # characters; a longer comment is folded
BEGINNING = 400  # of which so much is shown


class DecisionForm(forms.Form):
    """What a moderator decides: make visible, hold, or remove under a rule."""

    act = forms.ChoiceField(choices=[("publish", ""), ("hold", ""), ("remove", "")])
    rule = forms.ModelChoiceField(Rule.objects.all(), required=False)
    why = CleanFormField(required=False, max_length=1000)
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
    return _show_queue(request, request.GET.get("state", ""), request.GET.get("p", ""))


def _show_queue(
    request: HttpRequest, state: str, page: str, refused: "Refused | None" = None
) -> HttpResponse:
    """The queue; `refused`: with a decision that was not taken, as it was filled in."""
    if state not in STATES:
        state = "held"
    comments = (
        Comment.objects.filter(state=state)
        .select_related("discussion__page", "parent", "removed_under")
        .prefetch_related("decisions__account", "decisions__rule")
        .order_by("pk" if state == "held" else "-pk")
    )
    page_of_rows = Paginator(comments, QUEUE_PAGE).get_page(page)
    rows = [_row(comment, refused) for comment in page_of_rows]
    here = urlencode({"state": state, "p": page_of_rows.number})
    return render(
        request,
        "moderation/admin/queue.html",
        {
            "state": state,
            "states": STATES,
            "held_count": Comment.objects.filter(state="held").count(),
            "page": page_of_rows,
            "rows": rows,
            "elsewhere": None if any(row.refused for row in rows) else refused,
            "rules": Rule.objects.all(),
            "here": f"{reverse('moderation-queue')}?{here}",
        },
        status=422 if refused else 200,
    )


@dataclass(frozen=True)
class Refused:
    """A decision that was not taken: what was filled in, and why not."""

    number: int
    problem: str
    rule: str
    why: str


@dataclass(frozen=True)
class Row:
    """A comment in the queue. `beginning`: of one so long that it is folded."""

    comment: Comment
    beginning: str
    length: int
    history: list[str]
    refused: Refused | None


def _row(comment: Comment, refused: Refused | None) -> Row:
    length = len(comment.text)
    return Row(
        comment=comment,
        beginning=shorten(comment.text, BEGINNING, placeholder="…") if length > LONG else "",
        length=length,
        history=[describe_decision(decision) for decision in comment.decisions.all()],
        refused=refused if refused and refused.number == comment.pk else None,
    )


def describe_decision(decision: Decision) -> str:
    """Say in a sentence what was decided about a comment, when, by whom and why."""
    who = str(decision.account) if decision.account else _("a moderator")
    imitated = find_imitated(decision.comment.author or "") if decision.role == _LOOKALIKE else ""
    said = {
        ("hold", "policy"): _("Held: a moderator reads it before readers do, by the policy."),
        ("hold", "word list"): _("Held: it contains something from the list of words."),
        ("hold", _LOOKALIKE): (
            _("Held: the name looks like “%(name)s”, which belongs to the newsroom.")
            % {"name": imitated}
            if imitated
            else _("Held: the name looks like one of the newsroom's.")
        ),
    }.get((decision.act, decision.role))
    if said is None:
        said = {
            "hold": _("Held by %(who)s."),
            "publish": _("Made visible by %(who)s."),
            "remove": _("Removed by %(who)s under rule %(rule)s."),
            "restore": _("Restored by %(who)s."),
        }[decision.act] % {
            "who": who,
            "rule": f"{decision.rule.number} ({decision.rule.label})" if decision.rule else "",
        }
    return f"{day_and_time(decision.decided)}: {said} {decision.why}".rstrip()


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Carry out a moderator's decision and go back to the queue.

    One that is not possible, or not complete, is shown again with what was filled in.
    """
    _guard(request)
    comment = get_object_or_404(Comment, pk=number)
    form = DecisionForm(request.POST)
    moderator = request.user
    assert isinstance(moderator, Account)
    try:
        if not form.is_valid():
            raise NotPossible(" ".join(str(e) for errors in form.errors.values() for e in errors))
        messages.success(request, _carry_out(comment, moderator, **form.cleaned_data))
    except NotPossible as error:
        refused = Refused(
            number, str(error), request.POST.get("rule", ""), request.POST.get("why", "")
        )
        asked = QueryDict(urlsplit(request.POST.get("next", "")).query)
        return _show_queue(request, asked.get("state", ""), asked.get("p", ""), refused)
    return _back(request)


def _carry_out(
    comment: Comment, moderator: Account, *, act: str, rule: Rule, why: str, seen: str
) -> str:
    """Carry a decision out; return what to say. Raises NotPossible."""
    if seen not in {"", comment.state}:
        raise NotPossible(_("Someone else has just decided this."))
    if act == "remove":
        remove_comment(comment, rule, moderator, why)
        return _("Removed under rule %(rule)s.") % {"rule": rule.number}
    if act == "hold":
        hold_comment(comment, moderator, why)
        return _("Held.")
    was_removed = comment.state == Comment.State.REMOVED
    publish_comment(comment, moderator, why)
    return _("Restored.") if was_removed else _("Made visible.")


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
