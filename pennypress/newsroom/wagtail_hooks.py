"""The newsroom's admin as a whole: how it looks, and what stands first."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from .today import TodayPanel


@hooks.register("insert_global_admin_css")
def admin_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_homepage_panels")
def today_first(request, panels) -> None:
    panels.insert(0, TodayPanel())
