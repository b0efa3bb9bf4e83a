"""Setting up a site: home page, a first section, house pages, house rules, currency."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Locale, Page, Site

from pennypress.delivery.actions import invalidate
from pennypress.discussion.models import Rule
from pennypress.discussion.rules import record_rule
from pennypress.funding.models import FundSettings
from pennypress.funding.money import exponent
from pennypress.record.actions import lock_log
from pennypress.stories.models import HomePage, HousePage, SectionPage

from .house_texts import HOUSE_PAGES, RULES, Heading, Paragraph

DEFAULT_TITLE = "Our paper"


class OtherAddress(RuntimeError):
    """The settings name another public address than the one that the site is served at."""


def site_exists() -> bool:
    """Whether the site was set up before."""
    return HomePage.objects.exists()


def set_up_site(
    title: str, currency: str = "USD", *, section: tuple[str, str] | None = ("news", "News")
) -> HomePage:
    """Make an empty site: home page, house pages, rules, currency and a first section.

    Does nothing but return the home page when there is a site already. Raises BadAmount for a
    code that no currency has.
    """
    exponent(currency)
    if home := HomePage.objects.order_by("path").first():
        return home
    with transaction.atomic():
        lock_log()
        locale = Locale.get_default()
        root = Page.get_first_root_node() or Page.add_root(
            instance=Page(title="Root", slug="root", locale=locale)
        )
        # Wagtail's own migrations leave a welcome page at the place of ours.
        Site.objects.all().delete()
        for page in root.get_children():
            page.delete()
        root = Page.objects.get(pk=root.pk)
        home = root.add_child(instance=HomePage(title=title, slug="home", locale=locale))
        site = Site(site_name=title, root_page=home, is_default_site=True)
        point_at(site, settings.PUBLIC_URL)
        if section:
            home.add_child(
                instance=SectionPage(
                    slug=section[0], title=section[1], show_in_menus=True, locale=locale
                )
            )
        _add_house_pages(home, title)
        for rule in RULES:
            made, is_new = Rule.objects.get_or_create(
                number=rule.number,
                defaults={"label": rule.label, "title": rule.title, "text": rule.text},
            )
            if is_new:
                record_rule(made, "made")
        FundSettings.objects.update_or_create(site=site, defaults={"currency": currency})
        _let_moderators_moderate()
        invalidate("site", "navigation", "home", "fund")
    return home


def point_at(site: Site, address: str) -> None:
    """Make the site's own full addresses begin with `address`; saves only what changed."""
    there = _host_and_port(address)
    if (site.hostname, site.port) != there or site.pk is None:
        site.hostname, site.port = there
        site.save()


def _host_and_port(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return parts.hostname or "localhost", parts.port or (443 if parts.scheme == "https" else 80)


def point_default_site_at(address: str) -> None:
    """Follow a change of PENNYPRESS_URL."""
    if site := Site.objects.filter(is_default_site=True).first():
        point_at(site, address)


def check_public_address() -> None:
    """Raise OtherAddress when the settings name another address than the site was served at."""
    site = Site.objects.filter(is_default_site=True).first()
    if site and (site.hostname, site.port) != _host_and_port(settings.PUBLIC_URL):
        raise OtherAddress(
            f"the site is served at {site.root_url}, but PENNYPRESS_URL is {settings.PUBLIC_URL}: "
            "set it as for `pennypress serve`"
        )


def site_mark() -> str | None:
    """Return a mark that this site has and no other; None while there is no site."""
    home = HomePage.objects.order_by("path").first()
    return str(home.translation_key) if home else None


def _add_house_pages(home: HomePage, title: str) -> None:
    about = None
    for role, (page_title, blocks) in HOUSE_PAGES.items():
        page = HousePage(
            title=page_title,
            slug=role,
            role=role,
            locale=home.locale,
            body=[_block(block, title) for block in blocks],
        )
        parent = about or home
        parent.add_child(instance=page)
        about = about or page


def _block(block: Paragraph | Heading, title: str) -> tuple[str, str]:
    text = block.text.replace("{title}", title)
    return ("heading", text) if isinstance(block, Heading) else ("paragraph", f"<p>{text}</p>")


def _let_moderators_moderate() -> None:
    moderate = Permission.objects.get(
        codename="change_comment", content_type__app_label="discussion"
    )
    for group in Group.objects.filter(name__in=["Moderators", "Editors"]):
        group.permissions.add(moderate)


def site_currency() -> str:
    """Return the currency that the site keeps its fund in."""
    return FundSettings.objects.values_list("currency", flat=True).first() or "USD"
