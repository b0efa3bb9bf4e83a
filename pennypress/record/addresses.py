"""The record's addresses for machines (C2SP tlog-tiles)."""

from pennypress.foundation.addresses import Address, Policy

ADDRESSES = (
    Address("/record/checkpoint", Policy.CACHED, query=("size",), strict=True),
    Address("/record/cosigned", Policy.CACHED),
    Address("/record/key", Policy.CACHED),
    Address("/record/tile/<path:place>", Policy.CACHED),
)
