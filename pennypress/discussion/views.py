"""The discussion's own pages: page by page, one comment's branch, forms, a guest's own."""

import logging
import secrets

from django.core import signing
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from pennypress.foundation.hygiene import BadText
from pennypress.limits.actions import TooMany, TooManyWait
from pennypress.limits.clients import client_of_request
from pennypress.readers.actions import new_guest, recognise_guest, remember_guest
from pennypress.readers.models import Account
from pennypress.readers.senders import name_sender
from pennypress.record.actions import entries_about
from pennypress.site.refused_forms import refused_form

from .actions import (
    Closed,
    KeyReused,
    NotPossible,
    policy_for_first_comments,
    post_comment,
    withdraw_comment,
)
from .forms import ReplyForm
from .live import read_summary
from .models import Comment, Decision, Discussion
from .order import BadCursor
from .tree import ORDERS, read_branch, read_discussion, read_threads, read_whole

logger = logging.getLogger("pennypress.discussion")

_PRIVATE_LINK = "pennypress.discussion.private-link"
# Not `no-store`: a browser that goes back to such a page has forgotten what was typed into it.
_FORM_IN_CACHES = "private, max-age=0, must-revalidate"


def discussion_page(request: HttpRequest, page: Page) -> HttpResponse:
    """The discussion alone, in an order, from a cursor on."""
    order = request.GET.get("order", "oldest")
    after = request.GET.get("after") or None
    if order not in ORDERS:
        raise Http404(f"no such order: {order}")
    summary = read_summary(page.pk)
    discussion = read_discussion(page.pk)
    try:
        view = (read_whole(discussion, order) if after is None else None) or read_threads(
            discussion, order, after
        )
    except BadCursor as error:
        raise Http404(str(error)) from error
    return render(
        request,
        "discussion/discussion.html",
        {
            "page": page,
            "summary": summary,
            "discussion": discussion,
            "view": view,
            "order": order,
            "after": after,
        },
    )


def comment_page(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """A comment's permalink: its ancestors, itself, and the branch that hangs from it."""
    comment = get_object_or_404(Comment, pk=number, discussion_id=page.pk, shown=True)
    try:
        branch = read_branch(comment, request.GET.get("after") or None)
    except BadCursor as error:
        raise Http404(str(error)) from error
    return render(
        request,
        "discussion/comment.html",
        {
            "page": page,
            "discussion": read_discussion(page.pk),
            "comment": comment,
            "branch": branch,
            "entries": entries_about(f"comment:{comment.pk}"),
        },
    )


def reply_page(request: HttpRequest, page: Page, number: int | None = None) -> HttpResponse:
    """The plain form: a new comment, or a reply to one. What was typed is never lost."""
    discussion = read_discussion(page.pk)
    here = Comment.objects.filter(discussion_id=page.pk, state=Comment.State.VISIBLE)
    answered = here.filter(pk=number).first() if number is not None else None
    refused = refused_form(request)
    if refused:
        form = ReplyForm(refused.typed)
        form.add_error(None, refused.words)
        return _reply_form(request, page, discussion, answered, form, status=403)
    if request.method != "POST":
        if number is not None and answered is None:
            raise Http404("no such comment to answer")
        form = ReplyForm(initial={"key": secrets.token_urlsafe(16)})
        return _reply_form(request, page, discussion, answered, form)
    form = ReplyForm(request.POST)
    form.is_valid()
    return _post(request, page, discussion, number, answered, form)


def _post(
    request: HttpRequest,
    page: Page,
    discussion: Discussion,
    number: int | None,
    answered: Comment | None,
    form: ReplyForm,
) -> HttpResponse:
    """Post the form. Should what it answers have gone meanwhile, the words come back too."""
    account = request.user if isinstance(request.user, Account) else None
    guest = recognise_guest(request) if account is None else None
    new_key = ""
    try:
        if discussion.pk and not discussion.open:
            raise Closed
        if account is None and guest is None:
            guest, new_key = new_guest()  # a refused comment leaves no guest behind
        posted = post_comment(
            discussion,
            name=form.data.get("name", ""),
            text=form.data.get("text", ""),
            parent=number,
            guest=guest,
            account=account,
            key=form.data.get("key", ""),
            sender=name_sender(request),
            client=client_of_request(request),
        )
        if posted.again:  # its guest was made when it was sent first
            new_key = ""
    except BadText as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return _reply_form(request, page, discussion, answered, form, status=422)
    except KeyReused:
        form.add_error(None, _("This form was sent before with other words. Please send it again."))
        form.data = {**request.POST.dict(), "key": secrets.token_urlsafe(16)}
        return _reply_form(request, page, discussion, answered, form, status=409)
    except Closed:
        form.add_error(None, _("This discussion is closed. Your words are kept below to copy."))
        return _reply_form(request, page, discussion, answered, form, status=403)
    except TooMany as refusal:
        form.add_error(None, _say_too_many(refusal))
        response = _reply_form(request, page, discussion, answered, form, status=429)
        response.headers["Retry-After"] = str(refusal.seconds)
        return response
    except OperationalError:  # locked for longer than we wait, or gone
        logger.warning("a comment could not be stored: the database is busy or away")
        form.add_error(None, _("Nothing can be stored just now. Please send it again in a moment."))
        return _reply_form(request, page, discussion, answered, form, status=503)
    comment = posted.comment
    if comment.visible:
        response = redirect(f"{page.url}discussion/{comment.pk}/#comment-{comment.pk}")
    else:
        response = redirect(private_path(comment))
    if new_key:
        remember_guest(response, new_key, secure=request.is_secure())
    return response


def _say_too_many(refusal: TooMany) -> str:
    if isinstance(refusal, TooManyWait):
        return _(
            "More comments wait for a moderator than can be read in time. Your words are kept "
            "below: please send them again later."
        )
    return ngettext(
        "There have been too many comments just now. Your words are kept below: please send them "
        "again in %(count)s second.",
        "There have been too many comments just now. Your words are kept below: please send them "
        "again in %(count)s seconds.",
        refusal.seconds,
    ) % {"count": refusal.seconds}


def _reply_form(
    request: HttpRequest,
    page: Page,
    discussion: Discussion,
    parent: Comment | None,
    form: ReplyForm,
    status: int = 200,
) -> HttpResponse:
    response = render(
        request,
        "discussion/reply.html",
        {
            "page": page,
            "discussion": discussion,
            "parent": parent,
            "form": form,
            "policy": policy_for_first_comments(),
        },
        status=status,
    )
    response.headers["Cache-Control"] = _FORM_IN_CACHES
    return response


def private_path(comment: Comment) -> str:
    """Return the path of the private page on which its author sees a comment's state."""
    return reverse("my-comment", args=[signing.dumps(comment.pk, salt=_PRIVATE_LINK)])


@never_cache
def my_comment(request: HttpRequest, token: str) -> HttpResponse:
    """The author's private page of one comment: its state, why it waits, and withdrawing it."""
    try:
        number = signing.loads(token, salt=_PRIVATE_LINK)
    except signing.BadSignature as error:
        raise Http404("no such private page") from error
    comment = get_object_or_404(
        Comment.objects.select_related("discussion__page", "removed_under", "parent"), pk=number
    )
    refused = refused_form(request)
    problem = refused.words if refused else ""
    if request.method == "POST":
        try:
            comment = withdraw_comment(comment)
        except NotPossible as error:
            problem = str(error)
    return render(
        request,
        "discussion/my_comment.html",
        {
            "comment": comment,
            "page": comment.discussion.page,
            "waits": why_it_waits(comment),
            "decision": comment.decisions.first(),
            "problem": problem,
        },
        status=409 if problem and not refused else 200,
    )


def why_it_waits(comment: Comment) -> str:
    """Say to its author, in one sentence, why a held comment is not to be read yet."""
    decision = comment.decisions.filter(act=Decision.Act.HOLD).first()
    match decision.role if decision else Decision.Role.POLICY:
        case Decision.Role.MODERATOR:
            return _("A moderator has taken it out of the discussion for another look.")
        case Decision.Role.WORD_LIST:
            return _("It is stored. It has a word in it that a moderator looks at first.")
        case Decision.Role.LOOKALIKE:
            return _(
                "It is stored. Your name looks like one of the newsroom's, so a moderator looks at "
                "it first."
            )
    return _("It is stored. A moderator reads it before everybody can.")


@never_cache
def my_comments(request: HttpRequest) -> HttpResponse:
    """A guest's own comments, recognised by the cookie that posting gave."""
    guest = recognise_guest(request)
    comments = (
        guest.comments.select_related("discussion__page").order_by("-pk")[:100] if guest else []
    )
    return render(
        request,
        "discussion/my_comments.html",
        {"rows": [(comment, private_path(comment)) for comment in comments]},
    )


def my_strip(request: HttpRequest) -> HttpResponse:
    """A line for the foot of any page: who is here, and what waits. A script asks for it."""
    account = request.user if isinstance(request.user, Account) else None
    guest = recognise_guest(request) if account is None else None
    waiting = Comment.objects.filter(state=Comment.State.HELD)
    moderates = account is not None and account.has_perm("discussion.change_comment")
    context = {
        "account": account,
        "held": waiting.count() if moderates else None,
        "own_held": waiting.filter(guest=guest).count() if guest else 0,
    }
    return render(request, "discussion/strip.html", context)
