from django.urls import path, re_path
from wagtail.urls import serve_pattern

from . import views

urlpatterns = [
    path("people/<str:slug>/", views.person_page, name="person"),
    re_path(serve_pattern, views.serve_page, name="wagtail_serve"),
]
