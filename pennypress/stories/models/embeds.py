"""What is known of addresses that stories embed."""

from django.db import models

from pennypress.pictures.models import Picture


class EmbedCard(models.Model):
    """What another site said about an embedded address, kept so that readers ask nobody."""

    url_hash = models.CharField(max_length=64, unique=True)
    url = models.URLField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    author = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=120, blank=True)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    fetched = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title or self.url
