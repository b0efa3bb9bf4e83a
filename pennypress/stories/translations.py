"""The counterparts of a page in other languages, as far as readers can see them."""

from typing import Any

from wagtail.models import Page

from pennypress.delivery.dependencies import depends_on
from pennypress.site.frame import Link
from pennypress.site.languages import own_name


def translations_tag(page: Any) -> str:
    """Return the cache tag of what says in which languages a page is there."""
    return f"translations:{page.translation_key}"


def find_translations(page: Any) -> list[Link]:
    """Return the public pages that are this one in all languages, itself among them.

    None when there is no other.
    """
    depends_on(translations_tag(page), "site")
    pages = Page.objects.filter(translation_key=page.translation_key).live().public()
    pages = pages.select_related("locale").order_by("locale__language_code")
    found = {
        one.locale.language_code: Link(
            own_name(one.locale.language_code), one.url, one.locale.language_code
        )
        for one in pages
    }
    return list(found.values()) if len(found) > 1 and page.live else []
