"""What stands on every page: the plate above it and the footer below, as fragments."""

from django.template.loader import render_to_string

from pennypress.delivery.fragments import fragment

from .frame import site_frame


@fragment("plate")
def plate_fragment(language: str, name_tag: str, here: str) -> str:
    """The name of the paper and its sections; `here` is the address to be marked as current."""
    context = {"frame": site_frame(language), "name_tag": name_tag, "here": here}
    return render_to_string("site/plate.html", context)


@fragment("footer")
def footer_fragment(language: str) -> str:
    """What stands at the foot of every page."""
    return render_to_string("site/footer.html", {"frame": site_frame(language)})
