from django.urls import path

from . import views

urlpatterns = [
    path("enter/<str:uid>/<str:token>/", views.sign_in_once, name="sign-in-once"),
    path("password/", views.set_password, name="set-password"),
]
