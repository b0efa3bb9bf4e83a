"""What an editor sees first in the admin: what matters today."""

from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Revision

from pennypress.funding.figures import ledger_entries, main_meter, public_entry
from pennypress.moderation.admin import held_comments
from pennypress.pictures.cleaning import describe_faults, faulty_pictures
from pennypress.readers.outbox import lost_mails
from pennypress.record.models import Entry, Log
from pennypress.stories.models import StoryPage, Version
from pennypress.stories.publishing import find_missing


class TodayPanel(Component):
    """What matters today: stories due, comments that wait, gifts, the record."""

    name = "today"
    order = 10
    template_name = "newsroom/admin/today.html"

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
            "faulty_pictures": [
                (picture, describe_faults(picture)) for picture in faulty_pictures()[:6]
            ],
            "held": held[:6],
            "held_count": held.count(),
            "gifts": [public_entry(row, "en") for row in ledger_entries()[:6]],
            "meter": main_meter("en"),
            "record_size": size,
            "record_whole": Entry.objects.count() == size,
            "lost_mails": lost_mails()[:3] if _may_see_mail(parent_context) else [],
            "lost_mail_count": lost_mails().count(),
            "published_today": Version.objects.filter(published__date=now.date()).count(),
            "may_moderate": parent_context["request"].user.has_perm("discussion.change_comment"),
            "may_book": parent_context["request"].user.has_perm("funding.add_transfer"),
        }


def _may_see_mail(parent_context) -> bool:
    return parent_context["request"].user.has_perm("readers.change_account")


def _stories_due() -> list[tuple[Revision, list[str]]]:
    """Stories with a date and time to go live, soonest first; with why an overdue one does not."""
    scheduled = Revision.page_revisions.filter(approved_go_live_at__isnull=False)
    now = timezone.now()
    return [
        (revision, _why_not(revision) if revision.approved_go_live_at < now else [])
        for revision in scheduled.order_by("approved_go_live_at")[:8]
    ]


def _why_not(revision: Revision) -> list[str]:
    return [words for said in find_missing(revision.as_object()).values() for words in said]
