"""Whether a new comment is visible at once or waits for a moderator."""

from django.conf import settings

from pennypress.readers.models import Account, Guest

from ..models import Comment, DiscussionSettings

Policy = DiscussionSettings.FirstComments


def policy_for_first_comments() -> str:
    """Return `hold`, `publish` or `hold-all`: the environment's word, else the admin's setting."""
    chosen = DiscussionSettings.objects.order_by("pk").values_list("first_comments", flat=True)
    return settings.FIRST_COMMENTS or choose_policy(chosen.first())


def choose_policy(in_admin: str | None) -> str:
    """Return the policy where the admin's setting is `in_admin`; None where it was never saved."""
    return settings.FIRST_COMMENTS or in_admin or Policy.HOLD


def is_known(guest: Guest | None, account: Account | None) -> bool:
    """Whether a comment by this reader is visible already."""
    if not account and not (guest and guest.pk):
        return False
    seen = Comment.objects.filter(first_visible__isnull=False, state=Comment.State.VISIBLE)
    theirs = seen.filter(account=account) if account else seen.filter(guest=guest)
    return theirs.exists()


def must_hold(policy: str, known: bool) -> bool:
    """Whether a policy holds a new comment by a reader who is `known`, or is not."""
    return policy == Policy.HOLD_ALL or (policy == Policy.HOLD and not known)
