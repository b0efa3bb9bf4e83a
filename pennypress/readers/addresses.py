"""Where people sign in."""

from pennypress.foundation.addresses import Address, Policy

ADDRESSES = (
    Address("/accounts/", Policy.PERSONAL, below=True),
    Address("/accounts/password/", Policy.PERSONAL, masked=False, checks_password=True),
    Address("/accounts/enter/<uid>/<token>/", Policy.PERSONAL),
)
