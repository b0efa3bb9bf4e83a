from django.urls import path, re_path

from . import views

urlpatterns = [
    path("checkpoint", views.checkpoint, name="record-checkpoint"),
    path("cosigned", views.cosigned, name="record-cosigned"),
    path("key", views.key, name="record-key"),
    re_path(
        r"^tile/(?P<level>0|[1-9][0-9]?|entries)/(?P<number>[0-9x/]+)"
        r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?$",
        views.tile,
        name="record-tile",
    ),
    re_path("^(?:tile|checkpoint|cosigned|key)", views.nothing),
]
