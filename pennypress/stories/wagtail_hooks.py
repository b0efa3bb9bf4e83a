"""Stories in the newsroom's admin: people, today's panels, and what must not be deleted."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.slug import SlugInput
from wagtail.models import Revision
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from pennypress.delivery.actions import invalidate
from pennypress.delivery.dependencies import depends_on
from pennypress.discussion.wagtail_hooks import held_comments
from pennypress.funding.figures import ledger_entries, main_meter, public_entry
from pennypress.record.models import Entry, Log

from .listeners import tag_of
from .models import Person, StoryPage, Version
from .pictures import make_picture


class PersonViewSet(SnippetViewSet):
    """People who write for the paper."""

    model = Person
    icon = "user"
    add_to_admin_menu = True
    menu_label = _("People")
    menu_order = 205
    list_display = ["name", "role"]
    panels = [
        TitleFieldPanel("name", targets=["slug"]),
        FieldPanel("slug", widget=SlugInput),
        *(FieldPanel(name) for name in ("role", "portrait", "bio")),
    ]


register_snippet(PersonViewSet)


class TodayPanel(Component):
    """What matters today: stories due, comments that wait, gifts, the record."""

    name = "today"
    order = 10
    template_name = "stories/admin/today.html"

    def get_context_data(self, parent_context):
        now = timezone.now()
        size = Log.objects.values_list("size", flat=True).first() or 0
        held = held_comments()
        return {
            "due": _stories_due(),
            "drafts": StoryPage.objects.filter(has_unpublished_changes=True).order_by(
                "-latest_revision_created_at"
            )[:6],
            "missing_pictures": StoryPage.objects.live().filter(
                picture_missing=True, lead_picture__isnull=True
            )[:6],
            "held": held[:6],
            "held_count": held.count(),
            "gifts": [public_entry(row, "en") for row in ledger_entries()[:6]],
            "meter": main_meter("en"),
            "record_size": size,
            "record_whole": Entry.objects.count() == size,
            "published_today": Version.objects.filter(published__date=now.date()).count(),
            "may_moderate": parent_context["request"].user.has_perm("discussion.change_comment"),
            "may_book": parent_context["request"].user.has_perm("funding.add_transfer"),
        }


def _stories_due():
    """Stories with a date and time to go live, soonest first."""
    scheduled = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    return scheduled.order_by("approved_go_live_at")[:8]


@hooks.register("insert_global_admin_css")
def admin_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_homepage_panels")
def today_first(request, panels) -> None:
    panels.insert(0, TodayPanel())


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def person_saved(request, instance) -> None:
    """Pages that name a person become stale; their portrait is cut to size, as stories' are."""
    if isinstance(instance, Person):
        invalidate(f"person:{instance.pk}")
        if instance.portrait_id:
            transaction.on_commit(partial(make_picture.enqueue, instance.portrait_id))


@hooks.register("before_serve_page")
def one_address_per_page(page, request, serve_args, serve_kwargs) -> None:
    """A page answers under its own language alone: /de/news/x/ is not /news/x/."""
    if page.locale.language_code != request.LANGUAGE_CODE:
        raise Http404("this page is in another language")
    depends_on(tag_of(page))


@hooks.register("before_delete_page")
def keep_published_stories(request, page):
    """A story that was published has versions in the record: it is unpublished, not deleted."""
    if Version.objects.filter(story__path__startswith=page.path).exists():
        messages.error(
            request,
            _(
                "Published stories are part of the public record and cannot be deleted. "
                "Unpublish instead."
            ),
        )
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None
