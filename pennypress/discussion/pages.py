"""The addresses of a discussion, for the page that is discussed."""

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path

from . import views


class HasDiscussion(RoutablePageMixin):
    """Stands before `Page` among a page model's bases: its pages can be discussed."""

    @path("discussion/")
    def discussion_page(self, request: HttpRequest) -> HttpResponse:
        return views.discussion_page(request, self)

    @path("discussion/reply/")
    def post_page(self, request: HttpRequest) -> HttpResponse:
        return views.reply_page(request, self)

    @path("discussion/<int:number>/")
    def comment_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return views.comment_page(request, self, number)

    @path("discussion/<int:number>/reply/")
    def reply_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return views.reply_page(request, self, number)
