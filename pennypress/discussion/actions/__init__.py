"""What can happen in a discussion. Views, the admin, the API and arrivals all call these verbs."""

from .carrying_over import Carried, carry_over_comments, complete_comment, prepare_comment
from .counting import count_unseen, record_unseen
from .moderating import (
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
from .recording import ENTRY_WORDS, committed_words, name_erasure

__all__ = [
    "ENTRY_WORDS",
    "Carried",
    "Closed",
    "KeyReused",
    "NotPossible",
    "Posted",
    "carry_over_comments",
    "committed_words",
    "complete_comment",
    "count_unseen",
    "hold_comment",
    "name_erasure",
    "open_discussion",
    "policy_for_first_comments",
    "post_comment",
    "prepare_comment",
    "publish_comment",
    "record_unseen",
    "remove_comment",
    "set_open",
    "withdraw_comment",
]
