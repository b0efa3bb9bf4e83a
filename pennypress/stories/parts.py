"""What stands on many pages, or changes apart from its page: kept parts, joined into pages.

The page around them is not rendered again when one of them changes.
"""

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import ngettext
from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.fragments import fragment
from pennypress.discussion.live import read_summary
from pennypress.discussion.tree import read_discussion, read_threads, read_whole
from pennypress.foundation.times import count
from pennypress.funding.figures import read_campaign
from pennypress.record.sealing import latest_day
from pennypress.record.tree import short_fingerprint

from .frame import site_frame


@fragment("plate")
def plate_part(language: str, name_tag: str, here: str) -> str:
    """The name of the paper and its sections; `here` is the one to be marked as current."""
    context = {"frame": site_frame(language), "name_tag": name_tag, "here": here}
    return render_to_string("parts/plate.html", context)


@fragment("footer")
def footer_part(language: str) -> str:
    """What stands at the foot of every page."""
    depends_on("day")
    day = latest_day()
    context = {
        "frame": site_frame(language),
        "day": day,
        "fingerprint": short_fingerprint(bytes(day.checkpoint.root)) if day else "",
    }
    return render_to_string("parts/footer.html", context)


@fragment("appeal")
def appeal_part(language: str, campaign: str) -> str:
    """The appeal of a campaign, under every story that has none of its own."""
    found = read_campaign(int(campaign))
    if found is None or not found.appeal_heading:
        return ""
    appeal = {"heading": found.appeal_heading, "text": found.appeal_text}
    return render_to_string("parts/appeal.html", {"appeal": appeal})


@fragment("discussion")
def discussion_part(language: str, number: str) -> str:
    """The discussion as it stands under a story: whole, or its first threads."""
    page = Page.objects.get(pk=int(number))
    depends_on(f"story:{page.pk}")  # its address is in every link
    summary = read_summary(page.pk)
    discussion = read_discussion(page.pk)
    context = {
        "frame": site_frame(language),
        "page": page,
        "summary": summary,
        "discussion": discussion,
        "view": read_whole(discussion) or read_threads(discussion),
    }
    return render_to_string("discussion/part.html", context)


@fragment("comment-count", small=True)
def comment_count_part(language: str, number: str, url: str) -> str:
    """How many comments the story at `url` has, as lists of stories say it."""
    return write_comment_count(read_discussion(int(number)).count, url)


def write_comment_count(number: int, url: str) -> str:
    """A link to the comments that says how many there are; nothing where there are none."""
    if not number:
        return ""
    words = ngettext("%(shown)s comment", "%(shown)s comments", number) % {"shown": count(number)}
    return format_html('<span><a href="{}#discussion">{}</a></span>', url, words)


@fragment("comment-number", small=True)
def comment_number_part(language: str, number: str) -> str:
    """The bare number of a story's comments, for machines."""
    return str(read_discussion(int(number)).count)
