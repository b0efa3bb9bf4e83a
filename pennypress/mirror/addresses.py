"""The one address that is there for the mirror: the page that a web server shows for no page."""

from pennypress.foundation.addresses import Address, Policy

from .names import NOT_FOUND

ADDRESSES = (Address(f"/{NOT_FOUND}", Policy.FRESH),)
