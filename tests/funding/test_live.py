"""What the live stream of a meter tells."""

import json

import pytest

from pennypress.funding.actions import record_gift
from pennypress.funding.live import write_meter

from .test_pages import meter_of, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "address"), [("en", "/give/"), ("ar", "/ar/give/")])
def test_the_meter_is_told_as_the_pages_of_its_language_show_it(
    reader, campaign, language, address
):
    before = write_meter(campaign.pk, language)
    record_gift(campaign, 125_000, "USD", name="Ada Example")
    state = json.loads(write_meter(campaign.pk, language))
    assert state["topic"] == f"meter:{campaign.pk}"
    assert state["html"] == meter_of(page(reader, address))
    assert state["html"] != json.loads(before)["html"]
    assert f'data-topic="meter:{campaign.pk}"' in state["html"]
    assert "Ada" not in state["html"]


def test_there_is_no_meter_of_an_unknown_campaign(campaign):
    assert write_meter(campaign.pk + 1, "en") == ""
