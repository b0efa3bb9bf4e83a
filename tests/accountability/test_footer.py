"""The footer of every page names the record's first checkpoint of the day, in plain words."""

import html
import re

import pytest

from pennypress.operations.site_folder import SiteFolder
from pennypress.record.sealing import seal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.SITE_FOLDER = SiteFolder(tmp_path)


def test_the_footer_says_that_it_names_the_first_checkpoint_of_the_day(site, reader):
    day = seal()
    words = {}
    for language, address in (("en", "/about/"), ("de", "/de/give/"), ("ar", "/ar/give/")):
        text = reader.get(address).content.decode()
        (found,) = re.findall(r'<p class="fingerprint">(.*?)<a', text, re.S)
        words[language] = html.unescape(" ".join(found.split()))
    size = day.size - 1
    assert re.fullmatch(
        rf"The record’s first checkpoint of .* 20\d\d, over {size} entries, has the fingerprint",
        words["en"],
    )
    assert re.fullmatch(
        rf"Der erste Prüfpunkt des Protokolls vom .* 20\d\d, über {size} Einträge, hat den "
        "Fingerabdruck",
        words["de"],
    )
    assert "أول نقطة تحقّق" in words["ar"]
    assert str(size) in words["ar"]
