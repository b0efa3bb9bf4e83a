"""The record's addresses for people, and what is composed of all parts for those who check."""

from django.urls import path

from . import record_pages

machine_patterns = [
    path("claims.json", record_pages.claims, name="record-claims"),
    path("opened/<int:bundle>.json", record_pages.opened, name="record-opened"),
    path("schemas/<str:kind>.json", record_pages.schema, name="record-schema"),
    path("<int:index>/proof", record_pages.proof, name="record-proof"),
]

urlpatterns = [
    path("", record_pages.record_page, name="record"),
    path("how-to-check/", record_pages.how_to_check, name="record-how-to-check"),
    path("<int:index>/", record_pages.entry_page, name="record-entry"),
]
