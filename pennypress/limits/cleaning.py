"""What limits remember goes as soon as it says nothing any more."""

import time

from pennypress.foundation.jobs import periodic_job

from . import windows
from .day_keys import throw_away_old_keys
from .models import Bucket

BATCH = 1_000
MOST_BATCHES = 200
PAUSE_SECONDS = 0.01
FARTHEST = 2 * windows.LONGEST_WIDTH  # ahead of now: no bucket of a right clock is there


@periodic_job(
    "forget-addresses",
    interval=600,
    niceness=5,
    summary="Throws away the keys of addresses after two days, and limits' counts that ran out.",
)
def forget_addresses() -> None:
    """Remove full buckets, and the keys of all days before yesterday."""
    throw_away_old_keys()
    remove_full_buckets()


def remove_full_buckets() -> int:
    """Remove buckets that are full again; return how many.

    Those that will be full in the far future were filled by a clock that ran ahead.
    """
    now = windows.now()
    full = Bucket.objects.filter(full_at__lte=now) | Bucket.objects.filter(
        full_at__gt=now + FARTHEST
    )
    removed = 0
    for _ in range(MOST_BATCHES):
        keys = list(full.values_list("pk", flat=True)[:BATCH])
        gone, _kinds = full.filter(pk__in=keys).delete()
        removed += gone
        if len(keys) < BATCH:
            break
        time.sleep(PAUSE_SECONDS)
    return removed
