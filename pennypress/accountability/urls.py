"""The record's addresses for people, and what is composed of all parts for those who check."""

from django.urls import path, re_path

from . import record_pages

INDEX = "(?P<index>0|[1-9][0-9]{0,14})"  # a number is written in one way

machine_patterns = [
    path("claims.json", record_pages.claims, name="record-claims"),
    re_path(rf"^opened/{INDEX}\.json$", record_pages.opened, name="record-opened"),
    path("schemas/<str:kind>.json", record_pages.schema, name="record-schema"),
    re_path(f"^{INDEX}/proof$", record_pages.proof, name="record-proof"),
]

urlpatterns = [
    path("", record_pages.record_page, name="record"),
    path("how-to-check/", record_pages.how_to_check, name="record-how-to-check"),
    re_path(f"^{INDEX}/$", record_pages.entry_page, name="record-entry"),
]
