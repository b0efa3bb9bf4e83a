from django.urls import path

from . import pages

urlpatterns = [path("people/<str:slug>/", pages.person_page, name="person")]
