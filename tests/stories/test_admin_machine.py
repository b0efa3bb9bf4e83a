"""Whatever editors do in the admin, readers get what the record commits to and nothing of a draft.

Editors act as their browsers do, in any order: through forms new and stale, the admin's script that
saves in the background, bulk actions and the admin's own API. `PENNYPRESS_LONG_RUN` is a number of
histories to try, each longer than in the ordinary run, other ones each time.
"""

import datetime as dt
import hashlib
import html
import json
import os
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ObjectDoesNotExist
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client, RequestFactory, TestCase
from django.utils import timezone
from django_tasks import task_backends
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from PIL import Image
from wagtail.models import Locale, Page, Revision, TaskState, UploadedFile, WorkflowState

from pennypress.accountability.claims import read_claims
from pennypress.discussion.models import Rule
from pennypress.foundation.jobs import JobFailed
from pennypress.funding.models import Campaign
from pennypress.operations.site_folder import SiteFolder
from pennypress.pictures.models import Picture
from pennypress.readers.models import Account
from pennypress.record.actions import last_kind_about
from pennypress.record.models import Entry
from pennypress.stories import outside_changes
from pennypress.stories.declarations import check_versions
from pennypress.stories.models import (
    HomePage,
    Person,
    SectionPage,
    StoryPage,
    Version,
    VersionPicture,
)
from pennypress.stories.scheduling import publish_due_stories
from tests.stories.editing import rich, story_form

pytestmark = pytest.mark.django_db

MARK = re.compile(r"mk\d+x")
JSON = "application/json"
SOURCE = ("title", "publisher", "url", "seen")
NOBODY = 999_999  # a number that nothing has
PAGE_DOORS = (
    *("edit", "history", "delete", "copy", "move", "unpublish", "usage", "view_draft"),
    *("workflow_history", "revisions"),
)
ELSEWHERE = (
    *("", "pages/", "images/", "reports/workflow/", "reports/locked/", "reports/aging-pages/"),
    *("reports/site-history/", "reports/page-types-usage/", "snippets/stories/person/"),
    *("snippets/discussion/rule/", "snippets/funding/campaign/", "discussion/", "api/main/pages/"),
    *("choose-page/", "images/chooser/", "pages/search/?q=mk"),
)

numbers = st.integers(0, 60)
seldom = st.integers(0, 7).map(lambda drawn: drawn == 7)
odd_words = st.sampled_from(
    [
        "",
        "long " * 200,
        "خبر عاجل",
        "<b>&amp;</b>",
        "\u202eback",
        "a\x00b",
        "\ud7ff\U0001f30a",
        "  ",
    ]
)
odd_dates = st.sampled_from(["2031-01-01 10:00", "next Tuesday", "2031-02-30 10:00", "0001-01-01"])


def picture_file(shade: int) -> BytesIO:
    data = BytesIO()
    Image.new("RGB", (24, 16), (shade % 256, shade // 256, 99)).save(data, "PNG")
    data.name = f"picture-{shade}.png"
    data.seek(0)
    return data


def raw_blocks(stream) -> list[tuple[str, Any]]:
    """A stored text of blocks, as the form sends it again."""
    sent: list[tuple[str, Any]] = []
    for block in stream.get_prep_value():
        kind, value = block["type"], block["value"]
        if kind in {"paragraph", "note"}:
            value = rich(html.unescape(re.sub("<[^>]*>", "", value or "")))
        elif kind == "picture":
            image = value["image"] or {}
            if not isinstance(image, dict):
                image = {"image": image}
            value = {
                "image-image": image.get("image") or "",
                "image-alt_text": image.get("alt_text") or "",
                "caption": value["caption"] or "",
            }
        elif isinstance(value, dict):
            value = {name: part or "" for name, part in value.items()}
        sent.append((kind, value))
    return sent


def form_of(story: StoryPage, **changes: Any) -> dict[str, str]:
    """The form of a story as the page that an editor opens fills it in."""
    bylines = list(story.bylines.all())
    form: dict[str, Any] = {
        name: getattr(story, name) or ""
        for name in (
            *("title", "slug", "standfirst", "kind", "dateline", "lead_alt", "lead_caption"),
            *("appeal", "search_description"),
        )
    }
    form |= {"lead_picture": story.lead_picture_id or "", "campaign": story.campaign_id or ""}
    for name in ("published", "go_live_at", "expire_at"):
        time = getattr(story, name)
        form[name] = time.strftime("%Y-%m-%d %H:%M") if time else ""
    form["tags"] = ", ".join(f'"{tag.name}"' for tag in story.tags.all())
    form |= {"body": raw_blocks(story.body), "sources": raw_blocks(story.sources)}
    form["people"] = [byline.person_id for byline in bylines]
    form |= changes
    if "people" not in changes:
        form["bylines-INITIAL_FORMS"] = str(len([one for one in bylines if one.pk]))
        form |= {f"bylines-{place}-id": one.pk or "" for place, one in enumerate(bylines)}
    return story_form(**form)


def what_is_stored() -> dict[str, list]:
    """All that a request of the admin which was refused must leave as it was."""
    return {
        "pages": list(
            Page.objects.order_by("pk").values_list(
                *("pk", "path", "url_path", "live", "title", "draft_title", "slug", "locked"),
                *("expired", "go_live_at", "has_unpublished_changes", "latest_revision"),
            )
        ),
        "revisions": list(Revision.objects.order_by("pk").values_list("pk", "approved_go_live_at")),
        "workflows": list(WorkflowState.objects.order_by("pk").values_list("pk", "status")),
        "tasks": list(TaskState.objects.order_by("pk").values_list("pk", "status")),
        "pictures": list(
            Picture.objects.order_by("pk").values_list("pk", "title", "credit", "public_sha256")
        ),
        **{
            model.__name__: list(model.objects.order_by("pk").values_list())
            for model in (Person, Rule, Campaign)
        },
        "last published": list(
            StoryPage.objects.order_by("pk").values_list("last_published_at", "discussion_open")
        ),
        "record": [Entry.objects.count(), Version.objects.count()],
    }


class Newsroom(RuleBasedStateMachine):
    """Two editors and the clock."""

    editors: tuple[Account, ...]
    offset: dt.timedelta  # of the clock

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        cache.clear()
        task_backends["default"].clear()
        type(self).offset = dt.timedelta()
        self.clients = [Client(raise_request_exception=False) for _ in self.editors]
        for client, editor in zip(self.clients, self.editors, strict=True):
            client.force_login(editor)
        self.seen: dict[str, list] = {}  # what was stored when readers were last looked after
        self.reader = WSGIHandler()  # with its middleware
        self.marks = 0
        self.forms: list[tuple[str, dict]] = []  # that were sent, with their addresses
        self.autosaved: dict[int, int] = {}  # the revision that an open page of a story saves over
        self.turn = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        for shade in range(2):
            self.post("/admin/images/add/", self.picture_form(file=picture_file(shade)))
        for name in ("Ann", "Bo"):
            self.post("/admin/snippets/stories/person/add/", self.person_form(name, name.lower()))
        assert (Picture.objects.count(), Person.objects.count()) == (2, 2)
        first = self.story_form(0, slug="first", lead_picture=Picture.objects.earliest("pk").pk)
        section = SectionPage.objects.earliest("pk")
        self.post(
            f"/admin/pages/add/stories/storypage/{section.pk}/",
            first | {"lead_alt": "A quay", "action-publish": "x"},
        )
        assert StoryPage.objects.live().count() == 1

    # ── Asking ─────────────────────────────────────────────────────────────────────────────────

    def ask(self, method: str, address: str, data: Any = None, **options: Any):
        """Ask the admin for something; whatever it refuses leaves everything as it was."""
        self.turn += 1
        client = self.clients[self.turn // 5 % len(self.clients)]
        before = what_is_stored() if method == "post" else None
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = getattr(client, method)(
                address, data, headers={"referer": "http://testserver/admin/"}, **options
            )
        if answer.status_code >= 500:
            told = getattr(answer, "exc_info", None)
            said = "".join(traceback.format_exception(*told)) if told else answer.content.decode()
            raise AssertionError(f"{answer.status_code} for {method} {address} {data}\n{said}")
        words = b"it does not fit what is stored already"
        if "copy_for_translation" not in address:  # which may be there, as Wagtail does not ask
            assert words not in answer.content, f"the database refused {address} {data}"
        kind = answer.headers.get("Content-Type", "")
        refused = answer.status_code >= 400 or (answer.status_code == 200 and "html" in kind)
        if before and refused and "action-cancel-workflow" not in (data or {}):
            after = what_is_stored()
            for name in before:
                assert before[name] == after[name], f"refused, but {name} changed: {address} {data}"
        return answer

    def get(self, address: str):
        return self.ask("get", address)

    def post(self, address: str, data: dict | None = None, **options: Any):
        return self.ask("post", address, data or {}, **options)

    def send_form(self, address: str, form: dict, **options: Any):
        """Send a form, and remember it: it may be sent once more, when much has changed."""
        self.forms.append((address, form))
        return self.post(address, form, **options)

    def act(self, page: int, name: str, **data: Any) -> None:
        """Act on a page through the admin's API."""
        address = f"/admin/api/main/pages/{page}/action/{name}/"
        self.ask("post", address, json.dumps(data), content_type=JSON)

    # ── Choosing ───────────────────────────────────────────────────────────────────────────────

    def pick(self, model, number: int, **of) -> int:
        """Choose one of those that are there, the latest first; sometimes a number of none."""
        found = list(model.objects.filter(**of).order_by("-pk").values_list("pk", flat=True))
        if number == 60 or not found:
            return NOBODY
        return found[number % len(found)]

    def story(self, number: int) -> StoryPage | None:
        return StoryPage.objects.filter(pk=self.pick(StoryPage, number)).first()

    def mark(self) -> str:
        self.marks += 1
        return f"mk{self.marks}x"

    def person_form(self, name: str, slug: str, portrait: Any = "") -> dict[str, str]:
        return {"name": name, "slug": slug, "role": "", "bio": rich("Bio."), "portrait": portrait}

    def picture_form(self, **fields: Any) -> dict[str, Any]:
        mark = self.mark()
        form = {"title": f"Title {mark}", "credit": f"Credit {mark}", "collection": 1, "tags": ""}
        return form | {"description": f"Description {mark}"} | fields

    def story_form(self, number: int, **fields: Any) -> dict[str, str]:
        """A new form of a story; each of its texts carries a word of its own."""
        return story_form(**self.story_fields(number) | fields)

    def story_fields(self, number: int) -> dict[str, Any]:
        mark = self.mark()
        fields: dict[str, Any] = {
            "title": f"Head {mark}",
            "slug": f"s{self.marks}",
            "standfirst": f"Stand {mark}",
            "dateline": f"Place {mark}",
            "tags": f"tag-{mark}",
            "appeal": f"Appeal {mark}",
            "search_description": "",
            "body": [("paragraph", rich(f"Text {mark}"))],
            "sources": [("source", dict.fromkeys(SOURCE, "") | {"title": f"Source {mark}"})],
        }  # fmt: skip
        if number % 2:
            picture = self.pick(Picture, number)
            alt = f"Alt {mark}" if number % 9 else ""
            within = {"image-image": picture, "image-alt_text": alt, "caption": f"Caption {mark}"}
            fields["body"] += [
                ("picture", within),
                ("heading", f"Heading {mark}"),
                ("quotation", {"text": f"Words {mark}", "speaker": "", "role": "", "source": ""}),
                ("pull_quote", f"Pulled {mark}"),
                ("note", rich(f"Note {mark}")),
            ]
        if number % 3:
            alt = f"Lead alt {mark}" if number % 5 else ""
            lead = self.pick(Picture, number // 2)
            fields |= {"lead_picture": lead, "lead_alt": alt, "lead_caption": f"Lead {mark}"}
        if number % 4:
            fields["people"] = [self.pick(Person, number)]
        if number % 7 == 6:
            fields["campaign"] = self.pick(Campaign, number)
        if number % 11 == 10:
            fields |= {"body": []}
        return fields

    def times(self, data: st.DataObject) -> dict[str, str]:
        """When a story is to go out and to be taken down."""
        hours = data.draw(st.sampled_from([None, None, None, 1, 2, 3, -1, 40_000]))
        until = data.draw(st.sampled_from([None, None, None, None, 2, 30, -1]))
        return {
            name: (timezone.now() + dt.timedelta(hours=some)).strftime("%Y-%m-%d %H:%M")
            for name, some in (("go_live_at", hours), ("expire_at", until))
            if some is not None
        }

    def odd(self, data: st.DataObject) -> dict[str, Any]:
        """One field with a value that no careful editor sends; mostly none."""
        if not data.draw(seldom):
            return {}
        names = ["title", "slug", "standfirst", "dateline", "lead_alt", "tags", "appeal", "kind"]
        dates = ["published", "go_live_at", "expire_at"]
        pieces = ["lead_picture", "campaign", "bylines-0-person", "bylines-0-id", "body-0-type"]
        counts = ["body-count", "bylines-TOTAL_FORMS", "bylines-INITIAL_FORMS", "body-0-order"]
        strange = st.sampled_from(["", "0", "-1", "x", "999999", "1", "99999999999999999999"])
        return data.draw(
            st.one_of(
                st.dictionaries(st.sampled_from(names), odd_words, min_size=1, max_size=1),
                st.dictionaries(st.sampled_from(dates), odd_dates, min_size=1, max_size=1),
                st.dictionaries(st.sampled_from(pieces), strange, min_size=1, max_size=1),
                st.dictionaries(st.sampled_from(counts), strange, min_size=1, max_size=1),
                odd_words.map(lambda words: {"body-0-value": rich(words)}),
                st.just({"body-0-value": "null"}),
                st.just({"body-0-value": "not json"}),
            )
        )

    # ── Writing ────────────────────────────────────────────────────────────────────────────────

    @rule(
        data=st.data(), number=numbers, deed=st.sampled_from(["", "publish", "publish", "submit"])
    )
    def create(self, data: st.DataObject, number: int, deed: str) -> None:
        form = self.story_form(number, **self.times(data)) | self.odd(data)
        form |= {f"action-{deed}": "x"} if deed else {}
        section = self.pick(SectionPage, data.draw(numbers))
        self.send_form(f"/admin/pages/add/stories/storypage/{section}/", form)

    @rule(
        data=st.data(),
        number=numbers,
        deed=st.sampled_from(
            ["", "publish", "publish", "submit", "workflow-action", "cancel-workflow"]
        ),
        whole=st.booleans(),
    )
    def edit(self, data: st.DataObject, number: int, deed: str, whole: bool) -> None:
        """Change a word or all of a story."""
        if not (story := self.story(number)):
            return
        draft = story.get_latest_revision_as_object()
        changes = {"title": f"Head {self.mark()}"}
        if whole:
            changes = self.story_fields(data.draw(numbers)) | {"slug": draft.slug}
        form = form_of(draft, **changes | self.times(data)) | self.odd(data)
        if deed:
            form |= {f"action-{deed}": "x", "workflow-action-name": "approve"}
        self.send_form(f"/admin/pages/{story.pk}/edit/", form)

    @rule(number=numbers, deed=st.sampled_from([None, "", "publish"]))
    def send_a_stale_form(self, number: int, deed: str | None) -> None:
        if not self.forms:
            return
        address, form = self.forms[-1 - number % len(self.forms)]
        if deed is not None:
            form = {name: value for name, value in form.items() if not name.startswith("action-")}
            form |= {f"action-{deed}": "x"} if deed else {}
        self.post(address, form)

    @rule(data=st.data(), number=numbers, over=st.sampled_from(["own", "latest", "loaded", "any"]))
    def autosave(self, data: st.DataObject, number: int, over: str) -> None:
        """What the script of an open page saves in the background."""
        if not (story := self.story(number)):
            return
        draft = story.get_latest_revision_as_object()
        form = form_of(draft, title=f"Head {self.mark()}", **self.times(data)) | self.odd(data)
        latest = story.latest_revision
        if over == "own" and story.pk in self.autosaved:
            form["overwrite_revision_id"] = str(self.autosaved[story.pk])
        elif over == "latest" and latest:
            form["overwrite_revision_id"] = str(latest.pk)
        elif over == "loaded" and latest:
            form |= {
                "loaded_revision_id": str(latest.pk),
                "loaded_revision_created_at": latest.created_at.isoformat(),
            }
        elif over == "any":
            form["overwrite_revision_id"] = str(self.pick(Revision, data.draw(numbers)))
        answer = self.send_form(f"/admin/pages/{story.pk}/edit/", form, HTTP_ACCEPT=JSON)
        if answer.status_code == 200 and answer.json()["success"]:
            self.autosaved[story.pk] = answer.json()["revision_id"]

    @rule(data=st.data(), number=numbers)
    def autosave_a_new_story(self, data: st.DataObject, number: int) -> None:
        form = self.story_form(number, **self.times(data)) | self.odd(data)
        section = self.pick(SectionPage, data.draw(numbers))
        address = f"/admin/pages/add/stories/storypage/{section}/"
        answer = self.send_form(address, form, HTTP_ACCEPT=JSON)
        if answer.status_code == 200 and answer.json()["success"]:
            self.autosaved[answer.json()["pk"]] = answer.json()["revision_id"]
            self.get(answer.json()["hydrate_url"])

    @rule(data=st.data(), number=numbers, deed=st.sampled_from(["", "publish"]))
    def revert(self, data: st.DataObject, number: int, deed: str) -> None:
        """Open an earlier revision and send it as it is."""
        if not (story := self.story(number)):
            return
        earlier = story.revisions.filter(
            pk=self.pick(Revision, data.draw(numbers), object_id=str(story.pk))
        ).first()
        if earlier is None:
            return
        address = f"/admin/pages/{story.pk}/revisions/{earlier.pk}/revert/"
        self.get(address)
        form = form_of(earlier.as_object()) | ({f"action-{deed}": "x"} if deed else {})
        self.send_form(address, form)

    # ── Pages as wholes ────────────────────────────────────────────────────────────────────────

    @rule(
        data=st.data(),
        model=st.sampled_from([StoryPage, StoryPage, SectionPage, HomePage]),
        number=numbers,
    )
    def copy(self, data: st.DataObject, model: type[Page], number: int) -> None:
        target = data.draw(st.sampled_from([SectionPage, SectionPage, HomePage]))
        form = {
            "new_title": f"Copy {self.mark()}",
            "new_slug": f"c{self.marks}",
            "new_parent_page": self.pick(target, data.draw(numbers)),
        }
        extra = st.sampled_from([(), ("alias",), ("publish_copies",), ("copy_subpages",)])
        for name in (*data.draw(extra), *data.draw(extra)):
            form[name] = "on"
        self.send_form(f"/admin/pages/{self.pick(model, number)}/copy/", form)

    @rule(
        data=st.data(),
        model=st.sampled_from([StoryPage, StoryPage, SectionPage]),
        number=numbers,
        name=st.sampled_from(
            [
                *("publish", "unpublish", "copy", "create_alias", "copy_for_translation"),
                *("move", "delete", "revert_to_page_revision", "convert_alias", "publish"),
            ]
        ),
    )
    def act_by_the_api(
        self, data: st.DataObject, model: type[Page], number: int, name: str
    ) -> None:
        page = self.pick(model, number)
        sent: dict[str, Any] = {}
        if name in {"copy", "create_alias", "move"}:
            above = SectionPage if model is StoryPage else HomePage
            above = data.draw(st.sampled_from([above, above, Page]))
            sent["destination_page_id"] = self.pick(above, data.draw(numbers))
        if name in {"copy", "create_alias", "copy_for_translation", "unpublish"}:
            sent["recursive"] = data.draw(st.booleans())
        if name == "move":
            places = ["left", "right", "first-child", "last-child", "first-sibling"]
            sent["position"] = data.draw(st.sampled_from(places))
        if name == "copy":
            sent |= {"keep_live": data.draw(st.booleans())}
            if data.draw(st.booleans()):
                sent |= {"slug": f"a{self.marks}", "title": f"Copy {self.mark()}"}
        if name == "create_alias" and data.draw(st.booleans()):
            sent["update_slug"] = f"l{self.marks}"
        if name == "copy_for_translation":
            sent["locale"] = data.draw(st.sampled_from(["de", "de", "ar", "en", "xx"]))
            sent |= {flag: data.draw(st.booleans()) for flag in ("copy_parents", "alias")}
        if name == "revert_to_page_revision":
            of = {} if data.draw(seldom) else {"object_id": str(page)}
            sent["revision_id"] = self.pick(Revision, data.draw(numbers), **of)
        self.act(page, name, **sent)

    @rule(
        data=st.data(), model=st.sampled_from([StoryPage, StoryPage, SectionPage]), number=numbers
    )
    def move(self, data: st.DataObject, model: type[Page], number: int) -> None:
        above = data.draw(st.sampled_from([SectionPage, HomePage]))
        target = self.pick(above, data.draw(numbers))
        self.post(f"/admin/pages/{self.pick(model, number)}/move/{target}/confirm/")

    @rule(
        model=st.sampled_from([StoryPage, StoryPage, SectionPage]),
        number=numbers,
        all=st.booleans(),
    )
    def unpublish(self, model: type[Page], number: int, all: bool) -> None:
        form = {"include_descendants": "on"} if all else {}
        self.post(f"/admin/pages/{self.pick(model, number)}/unpublish/", form)

    @rule(model=st.sampled_from([StoryPage, StoryPage, SectionPage]), number=numbers)
    def delete(self, model: type[Page], number: int) -> None:
        form = {"confirm_site_name": "Pennypress"}
        self.post(f"/admin/pages/{self.pick(model, number)}/delete/", form)

    @rule(
        data=st.data(),
        name=st.sampled_from(["publish", "publish", "unpublish", "move", "delete"]),
        chosen=st.lists(numbers, min_size=1, max_size=4),
        all=st.booleans(),
    )
    def act_in_bulk(self, data: st.DataObject, name: str, chosen: list[int], all: bool) -> None:
        model = data.draw(st.sampled_from([StoryPage, StoryPage, Page]))
        home = HomePage.objects.values_list("pk", flat=True)
        pages = {self.pick(model, number) for number in chosen} - {1, *home}
        if not pages:
            return
        ids = "".join(f"&id={page}" for page in sorted(pages))
        form: dict[str, Any] = {"include_descendants": "on"} if all else {}
        if name == "move":
            above = data.draw(st.sampled_from([SectionPage, HomePage]))
            form["chooser"] = self.pick(above, data.draw(numbers))
        form["confirm_site_name"] = "Pennypress"
        address = f"/admin/bulk/wagtailcore/page/{name}/?next=/admin/{ids}"
        self.get(address)
        self.post(address, form)

    @rule(number=numbers, name=st.sampled_from(["lock", "unlock"]))
    def lock(self, number: int, name: str) -> None:
        self.post(f"/admin/pages/{self.pick(StoryPage, number)}/{name}/")

    @rule(number=numbers)
    def unschedule(self, number: int) -> None:
        due = {"approved_go_live_at__isnull": False}
        found = Revision.objects.filter(pk=self.pick(Revision, number, **due)).first()
        if found:
            place = f"/admin/pages/{found.object_id}/revisions/{found.pk}/unschedule/"
            self.get(place)
            self.post(place)

    @rule(number=numbers, name=st.sampled_from(["approve", "approve", "reject", "nonsense"]))
    def decide(self, number: int, name: str) -> None:
        """Answer what was submitted, from the dashboard."""
        state = TaskState.objects.filter(
            pk=self.pick(TaskState, number, status="in_progress")
        ).first()
        if state:
            page = state.workflow_state.object_id
            self.post(f"/admin/pages/workflow/action/{page}/{name}/{state.pk}/", {"comment": ""})

    @rule(
        number=numbers,
        deed=st.sampled_from(["", "publish", "publish", "submit"]),
        slug=st.sampled_from(["", "", "news", "sea", "record", "de"]),
    )
    def edit_a_section(self, number: int, deed: str, slug: str) -> None:
        section = SectionPage.objects.filter(pk=self.pick(SectionPage, number)).first()
        if section is None:
            return
        draft = section.get_latest_revision_as_object()
        empty = {
            name: value for name, value in story_form().items() if name.startswith("comments-")
        }
        form = {
            "title": f"Section {self.mark()}",
            "slug": slug or draft.slug,
            "summary": f"About {self.mark()}",
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
        }
        form |= {f"action-{deed}": "x"} if deed else {}
        self.send_form(f"/admin/pages/{section.pk}/edit/", empty | form)

    @rule(deed=st.sampled_from(["", "publish"]), number=numbers)
    def add_a_section(self, deed: str, number: int) -> None:
        if SectionPage.objects.count() > 5:
            return
        empty = {
            name: value for name, value in story_form().items() if name.startswith("comments-")
        }
        form = {"title": f"Section {self.mark()}", "slug": f"sec{self.marks}", "summary": ""}
        form |= {"search_description": "", "go_live_at": "", "expire_at": ""}
        form |= {f"action-{deed}": "x"} if deed else {}
        home = self.pick(HomePage, number)
        self.send_form(f"/admin/pages/add/stories/sectionpage/{home}/", empty | form)

    # ── What stands outside of stories ─────────────────────────────────────────────────────────

    @rule(data=st.data(), number=numbers, name=st.sampled_from(["edit", "edit", "delete", "bulk"]))
    def change_a_person(self, data: st.DataObject, number: int, name: str) -> None:
        person = self.pick(Person, number)
        if name == "bulk":
            other = self.pick(Person, data.draw(numbers))
            self.post(f"/admin/bulk/stories/person/delete/?next=/admin/&id={person}&id={other}")
        elif name == "delete":
            self.post(f"/admin/snippets/stories/person/delete/{person}/")
        else:
            portrait = self.pick(Picture, data.draw(numbers)) if data.draw(st.booleans()) else ""
            words = data.draw(odd_words) if data.draw(seldom) else f"Ann No. {self.turn}"
            form = self.person_form(
                words, data.draw(st.sampled_from(["ann", "bo", "آن"])), portrait
            )
            self.send_form(f"/admin/snippets/stories/person/edit/{person}/", form)

    @rule(number=numbers)
    def add_a_person(self, number: int) -> None:
        form = self.person_form(f"Person {number}", f"p{number}")
        self.post("/admin/snippets/stories/person/add/", form)

    @rule(data=st.data(), door=st.sampled_from(["one", "several", "chooser"]))
    def add_a_picture(self, data: st.DataObject, door: str) -> None:
        file = picture_file(self.turn + 7)
        if data.draw(seldom):
            file = BytesIO(b"no picture")
            file.name = "picture.png"
        if door == "one":
            self.post("/admin/images/add/", self.picture_form(file=file))
        elif door == "several":
            title = data.draw(st.sampled_from(["A", "", "t" * 300]))
            self.post(
                "/admin/images/multiple/add/",
                {"files[]": file, "title": title, "collection": 1},
                HTTP_X_REQUESTED_WITH="XMLHttpRequest",
            )
        else:
            form = self.picture_form(file=file)
            self.post(
                "/admin/images/chooser/create/",
                {f"image-chooser-upload-{name}": value for name, value in form.items()},
            )

    @rule(number=numbers)
    def finish_an_upload(self, number: int) -> None:
        upload = self.pick(UploadedFile, number)
        form = {f"uploaded-image-{upload}-{name}": v for name, v in self.picture_form().items()}
        place = f"/admin/images/multiple/create_from_uploaded_image/{upload}/"
        self.post(place, form, HTTP_X_REQUESTED_WITH="XMLHttpRequest")

    @rule(
        data=st.data(),
        number=numbers,
        door=st.sampled_from(["one", "replace", "focus", "several", "tags"]),
    )
    def change_a_picture(self, data: st.DataObject, number: int, door: str) -> None:
        picture = self.pick(Picture, number)
        form = self.picture_form()
        if data.draw(seldom):
            form["credit"] = data.draw(odd_words)
        if door == "replace":
            form["file"] = picture_file(self.turn + 100)
        elif door == "focus":
            form |= {f"focal_point_{name}": 4 for name in ("x", "y", "width", "height")}
        if door == "several":
            form = {f"image-{picture}-{name}": value for name, value in form.items()}
            place = f"/admin/images/multiple/{picture}/"
            self.post(place, form, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
        elif door == "tags":
            place = f"/admin/bulk/stories/picture/add_tags/?next=/admin/&id={picture}"
            self.post(place, {"tags": "quay"})
        else:
            self.post(f"/admin/images/{picture}/", form)

    @rule(data=st.data(), number=numbers, door=st.sampled_from(["one", "several", "bulk"]))
    def delete_a_picture(self, data: st.DataObject, number: int, door: str) -> None:
        picture = self.pick(Picture, number)
        if door == "one":
            self.post(f"/admin/images/{picture}/delete/")
        elif door == "several":
            place = f"/admin/images/multiple/{picture}/delete/"
            self.post(place, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
        else:
            other = self.pick(Picture, data.draw(numbers))
            self.post(f"/admin/bulk/stories/picture/delete/?next=/admin/&id={picture}&id={other}")

    @rule(number=numbers, name=st.sampled_from(["edit", "edit", "delete", "add"]), words=odd_words)
    def change_a_house_rule(self, number: int, name: str, words: str) -> None:
        house_rule = self.pick(Rule, number)
        form = {"number": number % 9, "label": "label", "title": words or "Title", "text": words}
        place = "add/" if name == "add" else f"{name}/{house_rule}/"
        self.post(f"/admin/snippets/discussion/rule/{place}", form if name != "delete" else {})

    @rule(number=numbers, name=st.sampled_from(["edit", "edit", "delete", "add"]), words=odd_words)
    def change_a_campaign(self, number: int, name: str, words: str) -> None:
        campaign = self.pick(Campaign, number)
        form = {
            "slug": f"c{number % 3}",
            "title": words or "A year",
            "currency": ["USD", "EUR", "XXZ"][number % 3],
            "goal_amount": ["", "4700", "-5", "1e99"][number % 4],
            "starts": ["", "2030-01-01"][number % 2],
            "ends": ["", "2029-01-01", "2031-01-01"][number % 3],
            "text": words,
            "appeal_heading": words,
            "appeal_text": words,
        }
        place = "add/" if name == "add" else f"{name}/{campaign}/"
        self.post(f"/admin/snippets/funding/campaign/{place}", form if name != "delete" else {})

    # ── Time, and looking ──────────────────────────────────────────────────────────────────────

    @rule(minutes=st.sampled_from([1, 61, 61, 121, 24 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        if self.offset < dt.timedelta(days=5):
            type(self).offset += dt.timedelta(minutes=minutes)
        with TestCase.captureOnCommitCallbacks(execute=True):
            try:
                publish_due_stories()
            except JobFailed as error:
                assert "cannot go out" in str(error)

    @rule()
    def carry_out_queued_tasks(self) -> None:
        queue = task_backends["default"].results
        while queue:
            result = queue.pop(0)
            with TestCase.captureOnCommitCallbacks(execute=True):
                if result.task.module_path.startswith("pennypress"):
                    result.task.call(*result.args, **result.kwargs)
                else:
                    with suppress(ObjectDoesNotExist):  # what Wagtail indexes is gone already
                        result.task.call(*result.args, **result.kwargs)

    @rule(
        model=st.sampled_from([StoryPage, StoryPage, SectionPage]),
        number=numbers,
        door=st.sampled_from(PAGE_DOORS),
    )
    def look_at_a_page(self, model: type[Page], number: int, door: str) -> None:
        page = self.pick(model, number)
        if door == "revisions":
            revision = self.pick(Revision, number // 2, object_id=str(page))
            self.get(f"/admin/pages/{page}/revisions/{revision}/view/")
            self.get(f"/admin/pages/{page}/revisions/{revision}/revert/")
            self.get(f"/admin/pages/{page}/revisions/compare/{revision}...latest/")
        else:
            self.get(f"/admin/pages/{page}/{door}/")

    @rule(door=st.sampled_from(ELSEWHERE))
    def look_elsewhere(self, door: str) -> None:
        self.get(f"/admin/{door}")

    @rule(number=numbers)
    def look_at_a_picture(self, number: int) -> None:
        picture = self.pick(Picture, number)
        for door in (f"{picture}/", f"usage/{picture}/", f"{picture}/delete/"):
            self.get(f"/admin/images/{door}")

    # ── What is always so ──────────────────────────────────────────────────────────────────────

    def read(self, address: str, **query: str):
        """What a reader gets; without Django's test client, which copies all that is rendered."""
        answer = self.reader.get_response(RequestFactory().get(address, query))
        assert answer.status_code < 500, f"{answer.status_code} for a reader of {address}"
        text = html.unescape(answer.content.decode(errors="replace"))
        self.public[f"{address} {query or ''}"] = text + answer.headers.get("Location", "")
        return answer, " ".join(text.split())

    @invariant()
    def readers_get_what_the_record_commits_to(self) -> None:
        stored = what_is_stored()
        if stored == self.seen:
            return
        self.seen = stored
        connection.check_constraints()
        queued = {result.task.name for result in task_backends["default"].results}
        if queued.isdisjoint({"show_pictures", "carry_names"}):  # what they will still write
            assert not list(check_versions())
        self.public: dict[str, str] = {}
        stories = list(StoryPage.objects.order_by("pk").select_related("locale"))
        live = [story for story in stories if story.live]
        for story in stories:
            assert story.alias_of_id is None
            kind = last_kind_about(f"story:{story.pk}")
            assert (kind in {"story.published", "story.restored"}) == story.live, kind
            if story.live:
                self.check_public(story)
            else:
                self.check_not_public(story)
        for page in (*HomePage.objects.order_by("pk"), *SectionPage.objects.order_by("pk")):
            answer, text = self.read(page.url)
            assert answer.status_code in ({200} if page.live else {301, 404, 410}), page.url
            if page.live:
                assert page.title in text or isinstance(page, HomePage)
                for story in stories:
                    linked = f'href="{story.url}"' in text
                    if isinstance(page, SectionPage) and story.is_child_of(page):
                        assert linked == story.live, (page.url, story.url)
                    assert story.live or not linked, (page.url, story.url)
        for person in Person.objects.all():
            answer, text = self.read(f"/people/{person.slug}/")
            assert answer.status_code == 200
            for story in stories:
                assert story.live or f'href="{story.url}"' not in text
        claimed = {one["number"]: one for one in read_claims()["stories"]}
        assert sorted(claimed) == [story.pk for story in live]
        for story in live:
            versions = [one["version"] for one in claimed[story.pk]["versions"]]
            assert versions == list(range(1, story.versions.count() + 1))
            assert claimed[story.pk]["url"] == story.url
        last = Entry.objects.order_by("index").last()
        for address in ("/record/claims.json", "/record/opened/0.json", f"/record/{last.index}/"):
            self.read(address)
        self.read(("/record/", "/de/record/")[self.turn % 2])
        self.check_marks(live)

    def check_public(self, story: StoryPage) -> None:
        answer, text = self.read(story.url)
        assert answer.status_code == 200, (story.pk, story.url)
        version = story.versions.latest("number")
        said = json.loads(version.content)
        shown = [said["headline"], said["standfirst"], *said["bylines"]]
        pictures = [said["picture"]] + [
            block["value"] for block in said["body"] if block["type"] == "picture"
        ]
        for picture in filter(None, pictures):
            shown += [picture["alt"], picture["credit"]]
        for words in shown:
            assert " ".join(words.split()) in text, (story.url, words)
        answer, _ = self.read("/api/v1/stories", url=story.url)
        told = json.loads(answer.content)
        assert (told["id"], told["headline"], told["standfirst"], told["bylines"]) == (
            story.pk, said["headline"], said["standfirst"], said["bylines"],
        )  # fmt: skip
        assert told["version"] == version.number
        assert self.read(f"/api/v1/stories/{story.pk}/discussion")[0].status_code == 200
        if self.turn % 2:
            assert self.read(f"{story.url}discussion/")[0].status_code == 200
        full = self.read(f"{story.url}full-size/")[0].status_code
        assert full == (200 if said["picture"] else 404)
        hashes = {picture["sha256"] for picture in filter(None, pictures)}
        kept = {
            one.picture.public_sha256: one.picture
            for one in VersionPicture.objects.filter(version__story=story).select_related("picture")
        }
        for sha256 in hashes:
            with kept[sha256].public_file.open("rb") as file:
                assert hashlib.sha256(file.read()).hexdigest() == sha256

    def check_not_public(self, story: StoryPage) -> None:
        if story.url:
            below = ("", "full-size/", "discussion/", "discussion/reply/")[self.turn % 4]
            answer, _ = self.read(f"{story.url}{below}")
            assert answer.status_code in {301, 404, 410}, story.url
            answer, _ = self.read("/api/v1/stories", url=story.url)
            assert answer.status_code == 404 or json.loads(answer.content)["id"] != story.pk
        assert self.read(f"/api/v1/stories/{story.pk}/discussion")[0].status_code == 404

    def check_marks(self, live: list[StoryPage]) -> None:
        """No word of a draft, of a schedule or of what was taken down stands anywhere."""
        public = " ".join(
            [
                *Version.objects.filter(story__in=live).values_list("content", flat=True),
                *Page.objects.filter(live=True).values_list("title", flat=True),
                *SectionPage.objects.live().values_list("summary", flat=True),
            ]
        )
        allowed = set(MARK.findall(public))
        for address, text in self.public.items():
            leaked = set(MARK.findall(text)) - allowed
            assert not leaked, f"{leaked} at {address}"


def _other_clock(monkeypatch: pytest.MonkeyPatch, machine: type[Newsroom]) -> None:
    now: Callable[[], dt.datetime] = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + machine.offset)


@pytest.fixture
def paper(section, settings, tmp_path) -> Iterator[None]:
    """Two sections and a second language."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_FOLDER = SiteFolder(tmp_path)
    home = section.get_parent().specific
    home.add_child(instance=SectionPage(title="Sport", slug="sport", show_in_menus=True))
    german = Locale.objects.create(language_code="de")
    translated = section.copy_for_translation(german, copy_parents=True)
    for page in (translated.get_parent().specific, translated):
        page.save_revision().publish()
    yield


def test_readers_get_what_the_record_commits_to_whatever_editors_do(paper, editor, monkeypatch):
    second = Account.objects.create_superuser("second@example.org", "a long password")
    long_run = int(os.environ.get("PENNYPRESS_LONG_RUN", "0"))

    class Here(Newsroom):
        editors = (editor, second)
        offset = dt.timedelta()

    _other_clock(monkeypatch, Here)
    for name, value in (("AT_ONCE", 1), ("IN_A_BATCH", 1), ("PAUSE_SECONDS", 0)):
        monkeypatch.setattr(outside_changes, name, value)
    run_state_machine_as_test(
        Here,
        settings=hypothesis_settings(
            max_examples=long_run or 4,
            stateful_step_count=40 if long_run else 15,
            deadline=None,
            derandomize=not long_run,
            database=None,
            report_multiple_bugs=False,
            # A failing history is printed as it is: shrinking takes long.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
