from django.urls import path

from . import views

urlpatterns = [
    path("funding/", views.funding_page, name="funding"),
    path("give/", views.give_page, name="give"),
    path("campaigns/<slug:slug>/", views.campaign_page, name="campaign"),
]
