"""Who writes for the paper, as the discussion asks: for its badge, and for names that imitate."""

from collections.abc import Iterable

from pennypress.discussion.newsroom import newsroom_accounts, newsroom_names
from pennypress.readers.models import Account

from .models import Person


@newsroom_names
def names_of_people() -> Iterable[str]:
    """The names of all who have a page of their own."""
    return Person.objects.values_list("name", flat=True)


@newsroom_accounts
def is_a_persons_account(account: Account) -> bool:
    """Whether the account is that of one of them."""
    return Person.objects.filter(account=account).exists()
