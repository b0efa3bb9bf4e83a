"""Several that seal one record at the same moment, as two machines on one database do."""

import datetime as dt

import pytest
from django.db import transaction

from pennypress.operations.site_folder import SiteFolder
from pennypress.record import tiles
from pennypress.record.actions import Fact, append_all
from pennypress.record.models import Checkpoint, Day, Log
from pennypress.record.sealing import seal

from .committed import at_once

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.usefixtures("committed")
def test_those_who_seal_at_once_sign_one_history(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    with transaction.atomic():
        append_all(Fact("test.made", f"thing:{number}", NOON) for number in range(600))
    results = at_once(seal, seal, seal)
    assert not [found for found in results if isinstance(found, Exception)], results
    assert Day.objects.count() == 1
    assert Log.objects.get().size == 601
    for checkpoint in Checkpoint.objects.all():
        assert bytes(checkpoint.root) == tiles.root_at(checkpoint.size)
    assert seal().size == 601
