"""Background jobs in the newsroom's admin, under Reports."""

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import admin


class JobsMenuItem(MenuItem):
    """Shown to those who may see to jobs."""

    def is_shown(self, request) -> bool:
        return request.user.has_perm(admin.PERMISSION)


@hooks.register("register_permissions")
def jobs_permissions():
    """Groups may be allowed to see to jobs."""
    return Permission.objects.filter(
        content_type__app_label="operations", codename=admin.PERMISSION.partition(".")[2]
    )


@hooks.register("register_admin_urls")
def jobs_urls():
    return [
        path("jobs/", admin.jobs, name="jobs"),
        path("jobs/retry/", admin.retry_failed, name="jobs-retry"),
        path("jobs/delete/", admin.delete_failed, name="jobs-delete"),
    ]


@hooks.register("register_reports_menu_item")
def jobs_menu_item():
    return JobsMenuItem(_("Jobs"), reverse("jobs"), icon_name="cogs", order=1100)
