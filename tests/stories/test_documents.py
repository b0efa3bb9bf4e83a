"""Documents: of a few kinds only, and gone for everybody the moment they are gone."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from tests.foundation.test_documents import GOOD, PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def document(site) -> Document:
    return Document.objects.create(title="Minutes", file=ContentFile(PDF, name="minutes.pdf"))


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")  # whatever it is


def root() -> int:
    return Collection.get_first_root_node().pk


def add(newsroom, name: str, content: bytes):
    fields = {"title": "Minutes", "collection": root(), "file": upload(name, content)}
    answer = newsroom.post(reverse("wagtaildocs:add"), fields)
    return None if answer.status_code == 302 else " ".join(answer.context["form"].errors["file"])


def add_several(newsroom, name: str, content: bytes):
    fields = {"title": "Minutes", "files[]": upload(name, content)}
    answer = newsroom.post(reverse("wagtaildocs:add_multiple"), fields)
    return None if answer.json()["success"] else answer.json()["error_message"]


def choose(newsroom, name: str, content: bytes):
    prefix = "document-chooser-upload"
    fields = {"title": "Minutes", "collection": root(), "file": upload(name, content)}
    answer = newsroom.post(
        reverse("wagtaildocs_chooser:create"),
        {f"{prefix}-{field}": value for field, value in fields.items()},
    )
    found = answer.json()
    return None if found["step"] == "chosen" else found["htmlFragment"]


def replace(newsroom, name: str, content: bytes):
    document = Document.objects.create(title="M", file=ContentFile(PDF, name="before.pdf"))
    fields = {"title": "Minutes", "collection": root(), "file": upload(name, content)}
    answer = newsroom.post(reverse("wagtaildocs:edit", args=[document.pk]), fields)
    return None if answer.status_code == 302 else " ".join(answer.context["form"].errors["file"])


@pytest.mark.once
@pytest.mark.parametrize("way", [add, add_several, choose, replace])
def test_every_way_into_the_admin_takes_what_may_be_and_refuses_the_rest(newsroom, way):
    assert way(newsroom, "minutes.pdf", PDF) is None
    before = Document.objects.count()
    assert "one of these: pdf" in way(newsroom, "evil.html", b"<script>alert(1)</script>")
    assert "something else" in way(newsroom, "evil.pdf", b"<script>alert(1)</script>")
    assert Document.objects.count() - before == 2 * (way is replace)


@pytest.mark.once
@pytest.mark.parametrize("kind", GOOD)
def test_only_a_pdf_opens_in_the_browser_and_nothing_runs(reader, site, kind):
    made = Document.objects.create(title="M", file=ContentFile(GOOD[kind], name=f"m.{kind}"))
    answer = reader.get(made.url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == GOOD[kind]
    how = "inline" if kind == "pdf" else "attachment"
    assert answer["Content-Disposition"] == f'{how}; filename="m.{kind}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_one_that_was_stored_before_is_never_run(reader, site):
    page = b"<script>alert(1)</script>"
    made = Document.objects.create(title="M", file=ContentFile(page, name="m.html"))
    answer = reader.get(made.url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_one_that_is_deleted_is_gone(reader, document):
    assert reader.get(document.url).status_code == 200
    url = document.url
    document.delete()
    assert reader.get(url).status_code == 404


def test_one_that_is_replaced_is_the_new_one(newsroom, reader, document):
    assert reader.get(document.url).status_code == 200
    newer = PDF.replace(b"1.7", b"1.6")
    newsroom.post(
        reverse("wagtaildocs:edit", args=[document.pk]),
        {"title": "Minutes", "collection": root(), "file": upload("minutes.pdf", newer)},
    )
    document = Document.objects.get(pk=document.pk)
    assert b"".join(reader.get(document.url).streaming_content) == newer


def test_one_that_is_made_private_is_for_those_who_may_have_it(newsroom, reader, document):
    assert reader.get(document.url).status_code == 200
    CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type="login"
    )
    assert reader.get(document.url).status_code == 302
    answer = newsroom.get(document.url)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
