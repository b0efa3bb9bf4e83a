"""What arrived from elsewhere, in the newsroom's admin: each run, and what it was not sure of."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pennypress.readers.models import Account
from pennypress.stories.models import StoryPage
from pennypress.stories.publishing import NotPublishable

from .doubts import publish_arrived, settle_doubts
from .models import Arrival, OpenDoubt, Origin, WaitingComments
from .taking_back import NotPossible, ask_to_take_back, stories_of, what_hinders

PERMISSION = "arrivals.manage_arrivals"
PAGE = 30


@dataclass
class StoryRow:
    """A story of an arrival, with what was doubted of it."""

    story: StoryPage
    may_publish: bool
    waiting: int = 0  # comments that are shown once it is published
    doubts: list[OpenDoubt] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        return all(doubt.settled for doubt in self.doubts)


def _guard(request: HttpRequest) -> Account:
    """The one door to arrivals. Raises PermissionDenied."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    assert isinstance(request.user, Account)
    return request.user


def arrivals(request: HttpRequest) -> HttpResponse:
    """All arrivals, the last one first."""
    _guard(request)
    rows = Arrival.objects.annotate(open=Count("doubts", filter=Q(doubts__settled=None))).order_by(
        "-pk"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("p"))
    return render(request, "arrivals/admin/arrivals.html", {"page": page})


def arrival(request: HttpRequest, number: int) -> HttpResponse:
    """One arrival: what it made, and what it was not sure of; those that wait first."""
    account = _guard(request)
    found = get_object_or_404(Arrival, pk=number)
    page = Paginator(stories_of(found).order_by("live", "pk"), PAGE).get_page(request.GET.get("p"))
    rows = {
        story.pk: StoryRow(story, story.permissions_for_user(account).can_publish())
        for story in page
    }
    for doubt in OpenDoubt.objects.filter(arrival=found, page__in=rows).order_by("pk"):
        rows[doubt.page_id].doubts.append(doubt)
    for waiting in WaitingComments.objects.filter(page__in=rows):
        rows[waiting.page_id].waiting = len(waiting.items)
    return render(
        request,
        "arrivals/admin/arrival.html",
        {"arrival": found, "page": page, "rows": rows.values(), "report": found.report},
    )


@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Note that the editor has looked at what was doubted of a story."""
    account = _guard(request)
    doubts = OpenDoubt.objects.filter(arrival=number, page=_story_asked_for(request))
    count = settle_doubts(doubts, account)
    said = ngettext("%d doubt is settled.", "%d doubts are settled.", count) % count
    messages.success(request, said)
    return _back(request, number)


@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a story that waited for an editor."""
    account = _guard(request)
    story = get_object_or_404(
        StoryPage,
        pk=_story_asked_for(request),
        pk__in=Origin.objects.filter(arrival=number, what=Origin.What.STORY).values("number"),
    )
    if not story.permissions_for_user(account).can_publish():
        raise PermissionDenied
    try:
        published = publish_arrived(story, account)
    except NotPublishable as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(title)s” is published.") % {"title": published.title})
    return _back(request, number)


def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Ask whether an arrival is to be taken back, say what hinders it, and do it."""
    account = _guard(request)
    found = get_object_or_404(Arrival, pk=number)
    if request.method == "POST":
        try:
            ask_to_take_back(found, account)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("It is being taken back."))
        return redirect("arrival", number)
    stories = stories_of(found)
    return render(
        request,
        "arrivals/admin/take_back.html",
        {
            "arrival": found,
            "hindrances": what_hinders(found),
            "live": stories.live().count(),
            "drafts": stories.not_live().count(),
        },
    )


def _story_asked_for(request: HttpRequest) -> int:
    asked = request.POST.get("story", "")
    return int(asked) if asked.isdecimal() and len(asked) < 19 else 0


def _back(request: HttpRequest, number: int) -> HttpResponse:
    asked = request.POST.get("p", "")
    answer = redirect("arrival", number)
    if asked.isdecimal():
        answer["Location"] += f"?p={asked}"
    return answer
