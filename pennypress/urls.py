"""The table of contents: every address of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from pennypress.accountability.record_pages import verifier
from pennypress.accountability.urls import machine_patterns
from pennypress.accountability.views import healthz
from pennypress.api import api, no_such_address
from pennypress.delivery.views import media
from pennypress.readers.views import SignIn, new_password_by_mail

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("verifier.pyz", verifier, name="verifier"),
    path("api/v1/", api.urls),
    re_path("^api/", no_such_address),
    path("record/", include("pennypress.record.urls")),
    path("record/", include(machine_patterns)),
    path("admin/login/", SignIn.as_view(), name="sign-in"),
    path("admin/password_reset/", new_password_by_mail, name="new-password-by-mail"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("accounts/", include("pennypress.readers.urls")),
    re_path(r"^media/(?P<path>.+)$", media, name="media"),
    *i18n_patterns(
        path("me/", include("pennypress.discussion.urls")),
        path("record/", include("pennypress.accountability.urls")),
        path("", include("pennypress.funding.urls")),
        path("", include([own for own in wagtail_urls.urlpatterns if own.name != "wagtail_serve"])),
        path("", include("pennypress.stories.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "pennypress.site.errors.bad_request"
handler403 = "pennypress.site.errors.forbidden"
handler404 = "pennypress.site.errors.not_found"
handler500 = "pennypress.site.errors.server_error"
