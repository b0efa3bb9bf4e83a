"""The paper's own addresses: the newsroom's pages, and people."""

from pennypress.foundation.addresses import Address, InMirror, Policy

ADDRESSES = (
    # Whatever else the newsroom's tree of pages holds, where it is live.
    Address("/", Policy.CACHED, localised=True, tree=True),
    Address("<page>", Policy.CACHED, tree=True),
    Address("/<section>/", Policy.CACHED, query=("page",), localised=True, tree=True),
    Address("<page>full-size/", Policy.CACHED, tree=True),
    Address("/people/<slug>/", Policy.CACHED, localised=True),
    Address("/api/v1/stories", Policy.CACHED, query=("url",), in_mirror=InMirror.NO),
)
