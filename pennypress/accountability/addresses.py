"""The record's addresses for people, what is composed of all parts, and the site's health."""

from pennypress.foundation.addresses import Address, InMirror, Policy

ADDRESSES = (
    # A mirror has the entries, which are many, as the record's own files.
    Address(
        "/record/",
        Policy.CACHED,
        query=("of", "before"),
        strict=True,
        localised=True,
        in_mirror=InMirror.WITHOUT_QUERY,
    ),
    Address("/record/how-to-check/", Policy.CACHED, localised=True),
    Address("/record/<int:index>/", Policy.CACHED, localised=True, in_mirror=InMirror.NO),
    Address("/record/<int:index>/proof", Policy.CACHED, in_mirror=InMirror.NO),
    Address("/record/claims.json", Policy.CACHED),
    Address("/record/opened/<int:bundle>.json", Policy.CACHED),
    Address("/record/schemas/<kind>.json", Policy.CACHED),
    Address("/verifier.pyz", Policy.CACHED),
    Address("/healthz", Policy.FRESH),
)
