"""Sections: their slugs are not addresses of the site itself."""

import pytest
from django.core.exceptions import ValidationError

from pennypress.stories.actions import find_or_make_section
from pennypress.stories.models import SectionPage

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("slug", ["admin", "search", "archive", "s", "ar", "zh-hans", "_util"])
def test_no_section_gets_an_address_of_the_site(site, slug):
    with pytest.raises(ValidationError) as raised:
        find_or_make_section(slug, "Ours")
    assert f"“{slug}” is an address of the site itself." in str(raised.value)
    assert not SectionPage.objects.filter(slug=slug).exists()


def test_a_section_that_was_there_before_its_slug_was_reserved_can_be_edited(section):
    SectionPage.objects.filter(pk=section.pk).update(slug="archive", url_path="/home/archive/")
    old = SectionPage.objects.get(pk=section.pk)
    old.summary = "All that was."
    old.full_clean()
    old.slug = "search"
    with pytest.raises(ValidationError):
        old.full_clean()


def test_a_section_that_was_there_before_is_still_shown(section, reader):
    SectionPage.objects.filter(pk=section.pk).update(slug="stats", url_path="/home/stats/")
    answer = reader.get("/stats/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "max-age=0, must-revalidate"
