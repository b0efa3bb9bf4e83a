"""Pages of a list, by number: a number that is none is not found, not guessed at."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404


def read_page(rows: QuerySet, size: int, number: str) -> Page:
    """Return page `number` (as it stands in the address) of `size` rows. Raises Http404."""
    paginator = Paginator(rows, size)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Http404("not the number of a page")
    if not 1 <= int(number) <= paginator.num_pages:
        raise Http404("no such page")
    return paginator.page(int(number))
