"""The paper's pages: those in the newsroom's tree, and people."""

import wagtail.views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation

from pennypress.delivery.dependencies import depends_on

from .models import Person, StoryPage
from .routing import find_route

PERSON_STORIES = 60


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """The live page at a path of the newsroom's tree, or a page that it makes below itself."""
    route = find_route(request, path)
    if route is None:
        raise Http404("no page is there")
    if route.page.locale.language_code != translation.get_language():
        raise Http404("this page is in another language")  # /de/news/x/ is not /news/x/
    request.page_answers = True  # type: ignore[attr-defined]  # also where it says 404
    depends_on(getattr(route.page, "cache_tag", f"page:{route.page.pk}"))
    if route.restricted:  # Wagtail knows whom to let in
        return wagtail.views.serve(request, path)
    return route.page.serve(request, *route.arguments)


def person_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A person with what they wrote, latest first."""
    person = get_object_or_404(
        Person.objects.select_related("portrait").prefetch_related("portrait__renditions"),
        slug=slug,
    )
    depends_on("home", f"person:{person.pk}")
    stories = StoryPage.objects.filter(bylines__person=person).listed()[:PERSON_STORIES]
    return render(request, "stories/person.html", {"person": person, "stories": stories})
