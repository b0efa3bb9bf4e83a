"""Pages of the paper that are no Wagtail pages: people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from pennypress.delivery.dependencies import depends_on

from .models import Person, StoryPage

PERSON_STORIES = 60


def person_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A person with what they wrote, latest first."""
    person = get_object_or_404(
        Person.objects.select_related("portrait").prefetch_related("portrait__renditions"),
        slug=slug,
    )
    depends_on("home", f"person:{person.pk}")
    stories = StoryPage.objects.filter(bylines__person=person).listed()[:PERSON_STORIES]
    return render(request, "stories/person.html", {"person": person, "stories": stories})
