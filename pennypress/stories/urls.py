from django.urls import path

from . import views

urlpatterns = [path("people/<str:slug>/", views.person_page, name="person")]
