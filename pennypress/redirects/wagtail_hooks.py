"""Redirects in the newsroom's admin."""

from wagtail import hooks

from .admin import redirect_viewset


@hooks.register("register_admin_viewset")
def redirects_in_the_admin():
    return redirect_viewset
