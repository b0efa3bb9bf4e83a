"""What can happen in a discussion. Views, the admin, the API and arrivals all call these verbs."""

from .carrying_over import Carried, carry_over_comments
from .moderating import (
    ENTRY_WORDS,
    NotPossible,
    hold_comment,
    publish_comment,
    remove_comment,
    withdraw_comment,
)
from .policy import policy_for_first_comments
from .posting import (
    Closed,
    KeyReused,
    Posted,
    open_discussion,
    post_comment,
    set_open,
)
from .recording import committed_words

__all__ = [
    "ENTRY_WORDS",
    "Carried",
    "Closed",
    "KeyReused",
    "NotPossible",
    "Posted",
    "carry_over_comments",
    "committed_words",
    "hold_comment",
    "open_discussion",
    "policy_for_first_comments",
    "post_comment",
    "publish_comment",
    "remove_comment",
    "set_open",
    "withdraw_comment",
]
