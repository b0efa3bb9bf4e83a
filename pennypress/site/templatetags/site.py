"""What every template may call: the frame, its places, fragments, dates."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pennypress.delivery.fragments import place_fragment
from pennypress.foundation import language, times
from pennypress.foundation.directions import set_directions
from pennypress.site.frame import Frame, Link, site_frame
from pennypress.site.languages import other_languages

register = template.Library()


@register.simple_tag
def frame() -> Frame:
    """The site around this page, in the page's language."""
    return site_frame(get_language() or "en")


@register.simple_tag(takes_context=True)
def languages(context) -> list[Link]:
    """Where this page stands in each language: as it says itself, or as its address says."""
    own = context.get("translations")
    return other_languages(context["frame"], context.get("request")) if own is None else own


@register.simple_tag(takes_context=True)
def place(context, name: str) -> SafeString:
    """What parts put into a place of the frame that the template holds."""
    return context["frame"].place(name)


@register.simple_tag
def fragment(name: str, *arguments) -> SafeString:
    """A fragment, in the page's language."""
    return place_fragment(name, get_language() or "en", *arguments)


@register.filter(is_safe=True)
def directed(html: str) -> SafeString:
    """HTML in which each paragraph, item and quotation runs in the direction of its own words."""
    return mark_safe(set_directions(html))  # noqa: S308 - attributes of its own tags were added


for _filter in (
    times.iso, times.day, times.month, times.clock, times.day_and_time, language.count,
):  # fmt: skip
    register.filter(_filter.__name__, _filter)
