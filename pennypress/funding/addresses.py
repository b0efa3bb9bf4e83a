"""The fund's addresses."""

from pennypress.foundation.addresses import Address, InMirror, Policy

ADDRESSES = (
    Address("/funding/", Policy.CACHED, query=("campaign", "page"), localised=True),
    Address("/campaigns/<slug>/", Policy.CACHED, localised=True),
    Address("/give/", Policy.CACHED, localised=True, in_mirror=InMirror.NO),
    Address("/api/v1/funding", Policy.CACHED, in_mirror=InMirror.NO),
    Address("/api/v1/funding/entries", Policy.CACHED, query=("after",), in_mirror=InMirror.NO),
)
