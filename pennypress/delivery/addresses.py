"""Delivery's addresses: files, and event streams."""

from pennypress.foundation.addresses import Address, Policy

LIVE = "/live/"

ADDRESSES = (
    Address("/static/<path:path>", Policy.CACHED),
    Address("/media/<path:path>", Policy.CACHED),
    Address(LIVE, Policy.FRESH),
)
