from django.urls import path

from . import views

urlpatterns = [
    path("strip/", views.my_strip, name="my-strip"),
    path("comments/", views.my_comments, name="my-comments"),
    path("comments/<str:token>/", views.my_comment, name="my-comment"),
]
