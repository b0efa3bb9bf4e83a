"""The discussion's addresses: below the page that is discussed, and a reader's own."""

from pennypress.foundation.addresses import Address, InMirror, Policy

ADDRESSES = (
    Address("<page>discussion/", Policy.CACHED, query=("order", "after"), tree=True),
    Address("<page>discussion/<int:number>/", Policy.CACHED, query=("after",), tree=True),
    Address("<page>discussion/reply/", Policy.PERSONAL, tree=True, masked=False),
    Address("<page>discussion/<int:number>/reply/", Policy.PERSONAL, tree=True, masked=False),
    Address("/me/", Policy.PERSONAL, localised=True, below=True),
    Address("/me/strip/", Policy.PERSONAL, localised=True, masked=False),
    Address("/me/comments/", Policy.PERSONAL, localised=True, masked=False),
    Address("/me/comments/<token>/", Policy.PERSONAL, localised=True),
    Address(
        "/api/v1/stories/<int:story>/discussion",
        Policy.CACHED,
        query=("order", "after"),
        in_mirror=InMirror.NO,
    ),
    Address("/api/v1/stories/<int:story>/comments", Policy.PERSONAL, masked=False),
)
