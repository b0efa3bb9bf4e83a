"""How many comments are taken: from an address, by a reader, to a story, on the whole site."""

from django.conf import settings

from pennypress.limits.actions import (
    Counted,
    TooMany,
    TooManyWait,
    buckets_for,
    note_waiting,
    refuse_early,
    refuse_waiting_early,
)
from pennypress.limits.clients import Client
from pennypress.readers.models import Account, Guest

from .counting import count_unseen


def count_comment(
    client: Client | None,
    discussion_id: int,
    guest: Guest | None,
    account: Account | None,
    known: bool,
) -> list[Counted]:
    """Return what a comment counts against: nothing without a client, as when it is carried over.

    Readers who are `known` share a story's and the site's limit among themselves: a flood by
    others does not stop them. Raises TooMany where it is plain already that it is too many.
    """
    if client is None:
        return []
    limits = settings.LIMITS
    address, network, story = client.address, client.network, discussion_id
    buckets = [
        *buckets_for(
            "comments-address-story",
            limits.comments_address_story,
            f"{address} {story}",
            personal=True,
        ),
        *buckets_for("comments-address", limits.comments_address, address, personal=True),
        *buckets_for("comments-network", limits.comments_network, network, personal=True),
        *_count_reader(client, guest, account),
        *buckets_for(f"comments-story{_KNOWN[known]}", limits.comments_story, story),
        *buckets_for(f"comments-site{_KNOWN[known]}", limits.comments_site),
    ]
    try:
        refuse_early(buckets)
        if not known:
            refuse_waiting_early(client)
    except TooMany as refusal:
        count_refused(refusal)
        raise
    return buckets


def count_refused(refusal: TooMany) -> None:
    """Count a comment that nobody sees, since it was too many."""
    count_unseen("waiting" if isinstance(refusal, TooManyWait) else "limit")


_KNOWN = {False: "", True: "-known"}


def _count_reader(client: Client, guest: Guest | None, account: Account | None) -> list[Counted]:
    limits = settings.LIMITS
    if account is not None:
        return buckets_for("comments-account", limits.comments_reader, account.pk)
    if guest is None:
        return []
    if guest.pk is None:
        return buckets_for("guests-address", limits.guests_address, client.address, personal=True)
    return buckets_for("comments-guest", limits.comments_reader, guest.pk)


def note_held(number: int, client: Client | None) -> None:
    """Note that a client's comment waits. Raises TooManyWait where no more may."""
    if client is not None:
        limits = settings.LIMITS
        note_waiting(number, client, of_address=limits.waiting_address, of_site=limits.waiting_site)
