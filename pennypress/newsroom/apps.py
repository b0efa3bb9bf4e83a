from django.apps import AppConfig


class NewsroomConfig(AppConfig):
    """Setting a site up, and the admin's first page."""

    name = "pennypress.newsroom"
