"""The register of addresses: what each part of the site declares of its own, and what it lets be.

An address that is not listed is personal: not cached, cookies left on, masked in logs.
"""

from collections.abc import Iterable

from django.conf.locale import LANG_INFO

from pennypress.accountability import addresses as accountability
from pennypress.delivery import addresses as delivery
from pennypress.discussion import addresses as discussion
from pennypress.foundation.addresses import Address, AddressRegister, Body, InMirror, Policy
from pennypress.funding import addresses as funding
from pennypress.mirror import addresses as mirror
from pennypress.readers import addresses as readers
from pennypress.record import addresses as record
from pennypress.stories import addresses as stories

# Wagtail's and the API's.
OTHERS = (
    Address("/admin/", Policy.PERSONAL, below=True, masked=False, body=Body.UPLOAD),
    Address("/admin/password_reset/", Policy.PERSONAL, below=True, checks_password=True),
    # Signing in; one's own password; those of others. The latter two have a portrait, too.
    Address("/admin/login/", Policy.PERSONAL, below=True, masked=False, checks_password=True),
    *(
        Address(
            f"/admin/{name}/",
            Policy.PERSONAL,
            below=True,
            masked=False,
            checks_password=True,
            body=Body.UPLOAD,
        )
        for name in ("account", "users")
    ),
    # What an editor saves: the row, and our part of it.
    *(
        Address(
            f"/admin/{name}/",
            Policy.PERSONAL,
            below=True,
            masked=False,
            one_transaction=True,
            body=Body.UPLOAD,
        )
        for name in ("pages", "snippets", "bulk", "settings", "sites", "api")
    ),
    # Who may have one, Wagtail asks each time. The mirror has what everybody may have.
    Address(
        "/documents/<int:number>/<name>", Policy.PERSONAL, in_mirror=InMirror.YES, masked=False
    ),
    # Passwords for documents and pages, which Wagtail knows and this paper has none of.
    Address("/documents/", Policy.PERSONAL, below=True),
    Address("/_util/", Policy.PERSONAL, below=True, checks_password=True),
    Address("/api/", Policy.PERSONAL, below=True, masked=False, body=Body.NONE),
    Address("/api/v1/openapi.json", Policy.CACHED, in_mirror=InMirror.NO),
)

# Where nothing answers yet: kept free, so that no section stands in the way later.
TO_COME = frozenset(
    {
        "about", "ap", "archive", "corrections", "decisions", "embed", "feeds", "hooks", "metrics",
        "news-sitemap.xml", "newsletter", "notice", "oembed", "opensearch.xml", "readyz",
        "robots.txt", "s", "search", "series", "sitemap.xml", "stats", "topics", "verifier.pyz",
        "webmention", ".well-known",
    }
)  # fmt: skip


def make_register(*, languages: Iterable[str]) -> AddressRegister:
    """Return the register of a site, of whose languages these live under `/<language>/`."""
    parts = (accountability, delivery, discussion, funding, mirror, readers, record, stories)
    declared = [address for part in parts for address in part.ADDRESSES]
    return AddressRegister([*declared, *OTHERS], languages=languages)


def reserved_slugs(register: AddressRegister) -> frozenset[str]:
    """Return what no section can have as its slug: addresses, and each language's code."""
    return register.slugs | TO_COME | {code.lower() for code in LANG_INFO}
