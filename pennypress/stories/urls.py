from django.urls import path, re_path

from pennypress.foundation.slugs import slug_pattern

from . import views

urlpatterns = [
    path("people/<str:slug>/", views.person_page, name="person"),
    # Like Wagtail's own, in any script.
    re_path(rf"^((?:{slug_pattern()}/)*)$", views.serve_page, name="wagtail_serve"),
]
