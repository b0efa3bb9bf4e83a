"""The discussion as it stands on other pages: whole, or as a number. Fragments, joined into pages.

The page around them is not rendered again when one of them changes.
"""

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import ngettext
from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.delivery.facts import cached_fact
from pennypress.delivery.fragments import fragment
from pennypress.foundation.language import count
from pennypress.site.frame import site_frame

from .live import read_summary
from .tree import read_discussion, read_threads, read_whole


@fragment("discussion")
def discussion_fragment(language: str, number: str) -> str:
    """The discussion as it stands under a page: whole, or its first threads."""
    page = _page(int(number))
    summary = read_summary(page.pk)
    discussion = read_discussion(page.pk)
    context = {
        "frame": site_frame(language),
        "page": page,
        "summary": summary,
        "discussion": discussion,
        "view": read_whole(discussion) or read_threads(discussion),
    }
    return render_to_string("discussion/fragment.html", context)


def _page(number: int) -> Page:
    """The page that is discussed: its address is in every link."""

    def read() -> Page:
        depends_on(f"story:{number}", "site")
        return Page.objects.select_related("locale").get(pk=number)

    return cached_fact(("discussed-page", str(number)), read)


@fragment("comment-count", small=True)
def comment_count_fragment(language: str, number: str, url: str) -> str:
    """How many comments the page at `url` has, as lists of stories say it."""
    return write_comment_count(read_discussion(int(number)).count, url)


def write_comment_count(number: int, url: str) -> str:
    """A link to the comments that says how many there are; nothing where there are none."""
    if not number:
        return ""
    words = ngettext("%(shown)s comment", "%(shown)s comments", number) % {"shown": count(number)}
    return format_html('<span><a href="{}#discussion">{}</a></span>', url, words)


@fragment("comment-number", small=True)
def comment_number_fragment(language: str, number: str) -> str:
    """The bare number of a page's comments, for machines."""
    return str(read_discussion(int(number)).count)
