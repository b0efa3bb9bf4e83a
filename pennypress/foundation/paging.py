"""Numbers in addresses, as of pages: one that is none is not found, not guessed at."""

import re

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, QueryDict

_NUMBER = re.compile("0|[1-9][0-9]{0,14}")  # written in one way, and within 2^53


def read_page(rows: QuerySet, size: int, number: str) -> Page:
    """Return page `number` (as it stands in the address) of `size` rows. Raises Http404."""
    paginator = Paginator(rows, size)
    if not _NUMBER.fullmatch(number):
        raise Http404("not the number of a page")
    if not 1 <= int(number) <= paginator.num_pages:
        raise Http404("no such page")
    return paginator.page(int(number))


def read_number(query: QueryDict, name: str) -> int | None:
    """Return the number that a parameter of the address is; None where it is not in the address.

    Raises Http404 for what is no number from 0 to 10^15 in plain digits, and for one given twice.
    """
    found = query.getlist(name)
    if not found:
        return None
    if len(found) > 1 or not _NUMBER.fullmatch(found[0]):
        raise Http404(f"{name} is not a number")
    return int(found[0])
