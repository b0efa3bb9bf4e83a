"""Stories in the newsroom's admin: people, and what must not be deleted."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, TitleFieldPanel
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from pennypress.delivery.actions import invalidate
from pennypress.discussion.newsroom import NAMES_TAG
from pennypress.pictures.renditions import make_picture

from .models import Person, Version
from .slugs import SlugInput


class PersonViewSet(SnippetViewSet):
    """People who write for the paper."""

    model = Person
    icon = "user"
    add_to_admin_menu = True
    menu_label = _("People")
    menu_order = 205
    list_display = ["name", "role"]
    panels = [
        TitleFieldPanel("name", targets=["slug"]),
        FieldPanel("slug", widget=SlugInput),
        *(FieldPanel(name) for name in ("role", "portrait", "bio", "account")),
    ]


register_snippet(PersonViewSet)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def person_saved(request, instance) -> None:
    """A person's portrait is cut to size, as stories' pictures are."""
    if isinstance(instance, Person) and instance.portrait_id:
        transaction.on_commit(partial(make_picture.enqueue, instance.portrait_id))


@hooks.register("after_delete_snippet")
def people_deleted(request, instances) -> None:
    people = [person for person in instances if isinstance(person, Person)]
    if people:
        invalidate(*(f"person:{person.pk}" for person in people), NAMES_TAG)


@hooks.register("before_delete_page")
def keep_published_stories(request, page):
    """A story that was published has versions in the record: it is unpublished, not deleted."""
    if Version.objects.filter(story__path__startswith=page.path).exists():
        messages.error(request, Version.why_kept)
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_bulk_action")
def choose_no_page_twice(request, action_type, objects, action) -> None:
    """Refuse to move or delete a page with one below it: Wagtail would look for that in vain."""
    if action_type not in {"move", "delete"} or not issubclass(action.model, Page):
        return
    for page in objects:
        for other in objects:
            if page.is_descendant_of(other):
                raise ValidationError(
                    _now("“%(page)s” lies below “%(other)s”, which you chose too. Choose only one.")
                    % {"page": page.title, "other": other.title}
                )
