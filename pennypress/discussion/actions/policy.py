"""Whether a new comment is visible at once or waits for a moderator."""

from django.conf import settings

from pennypress.readers.models import Account, Guest

from ..models import Comment, DiscussionSettings


def must_hold(guest: Guest | None, account: Account | None) -> bool:
    """Whether the policy holds a new comment by this guest, account or unknown reader."""
    policy = policy_for_first_comments()
    if policy == DiscussionSettings.FirstComments.HOLD_ALL:
        return True
    if policy == DiscussionSettings.FirstComments.PUBLISH:
        return False
    if account and account.is_staff:
        return False
    seen = Comment.objects.filter(first_visible__isnull=False, state=Comment.State.VISIBLE)
    if account:
        return not seen.filter(account=account).exists()
    return not (guest and seen.filter(guest=guest).exists())


def policy_for_first_comments() -> str:
    """Return `hold`, `publish` or `hold-all`: the environment's word, else the admin's setting."""
    if settings.FIRST_COMMENTS:
        return settings.FIRST_COMMENTS
    chosen = DiscussionSettings.objects.values_list("first_comments", flat=True).first()
    return chosen or DiscussionSettings.FirstComments.HOLD
