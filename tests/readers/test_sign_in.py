"""Signing in: who tries passwords is stopped before anything is hashed, and others are not."""

import logging
import re
from ipaddress import ip_network

import pytest
from django.contrib.auth.hashers import BasePasswordHasher
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from pennypress.limits.windows import Limit
from pennypress.readers.actions import sign_in_path
from pennypress.readers.models import Account

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
RESET = "/admin/password_reset/"
RIGHT = "a long password"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.1"


def attempt(
    email: str, password: str, address: str = HERE, browser: Client | None = None, door: str = LOGIN
):
    typed = {"username": email, "password": password}
    return (browser or Client()).post(door, typed, REMOTE_ADDR=address)


def wrong(count: int, email: str, address: str = HERE) -> list[int]:
    return [attempt(email, f"wrong {n}", address).status_code for n in range(count)]


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Each time that a password is hashed."""
    done: list[str] = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    encode = MD5PasswordHasher.encode

    def noted(self: BasePasswordHasher, password: str, salt: str) -> str:
        done.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return done


def test_after_30_wrong_passwords_the_right_one_is_refused_unhashed_and_in_words(
    editor, site, limits_clock, hashed
):
    statuses = wrong(30, editor.email)
    assert statuses == [200] * 10 + [429] * 20
    assert len(hashed) == 10
    answer = attempt(editor.email, RIGHT)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "360"
    page = answer.content.decode()
    assert "too many attempts" in page
    assert "6 minutes" in page
    assert editor.email in page  # what was typed is still in the form
    assert RIGHT not in page
    assert len(hashed) == 10
    limits_clock.move(360)
    assert attempt(editor.email, RIGHT).status_code == 302


def test_the_owner_signs_in_elsewhere_meanwhile(editor, site, limits_clock):
    wrong(30, editor.email)
    assert attempt(editor.email, RIGHT, ELSEWHERE).status_code == 302
    assert attempt(editor.email, RIGHT).status_code == 429


def test_an_account_that_is_tried_from_everywhere_is_open_in_its_owners_browser(
    editor, site, limits_clock, settings
):
    settings.LIMITS = settings.LIMITS.model_copy(update={"sign_in_account": Limit(12, 1, 3600)})
    own = Client()
    assert attempt(editor.email, RIGHT, ELSEWHERE, own).status_code == 302
    device = own.cookies["pennypress_device"]
    assert (device["path"], device["httponly"], device["samesite"]) == (LOGIN, True, "Lax")
    own.cookies.pop("sessionid")
    for number in range(12):
        assert wrong(1, editor.email, f"192.0.{number}.1") == [200]
    assert attempt(editor.email, RIGHT, "192.0.99.1").status_code == 429
    assert attempt(editor.email, RIGHT, ELSEWHERE).status_code == 429  # another browser there
    assert attempt(editor.email, RIGHT, "192.0.98.1", own).status_code == 302
    wrong(30, editor.email, "192.0.94.1")
    assert attempt(editor.email, RIGHT, "192.0.94.1", own).status_code == 302
    # The cookie is of this account, is no other's, and opens nothing for long.
    other = Account.objects.create_superuser("other@example.org", RIGHT)
    wrong(12, other.email, "192.0.97.1")
    for number in range(12):
        attempt(other.email, "wrong", f"192.0.{number}.2")
    assert attempt(other.email, RIGHT, "192.0.96.1", own).status_code == 429
    stolen = Client()
    stolen.cookies["pennypress_device"] = own.cookies["pennypress_device"].value
    statuses = [
        attempt(editor.email, "wrong", f"192.1.{n}.1", stolen).status_code for n in range(14)
    ]
    assert statuses[10:] == [429] * 4
    stolen.cookies["pennypress_device"] = "made:up"
    assert attempt(editor.email, RIGHT, "192.0.95.1", stolen).status_code == 429


def test_addresses_and_networks_are_limited_whatever_the_account(editor, site, limits_clock):
    statuses = [attempt(f"{n}@example.org", "x").status_code for n in range(40)]
    assert statuses == [200] * 30 + [429] * 10
    assert attempt(editor.email, RIGHT).status_code == 429
    assert attempt(editor.email, RIGHT, "203.0.113.8").status_code == 302
    for number in range(10, 18):
        for n in range(10):
            attempt(f"{number}-{n}@example.org", "x", f"203.0.113.{number}")
    assert attempt(editor.email, RIGHT, "203.0.113.9").status_code == 429
    assert attempt(editor.email, RIGHT, "203.0.114.9").status_code == 302


def test_right_passwords_do_not_count(editor, site, limits_clock):
    for _ in range(60):
        wrong(2, editor.email)
        assert attempt(editor.email, RIGHT).status_code == 302
        limits_clock.move(600)


def test_an_account_is_the_same_however_it_is_written(editor, site, limits_clock):
    for name in ("editor@example.org", "Editor@Example.org ", "ＥDITOR@example.org"):
        wrong(4, name)
    assert attempt(editor.email, RIGHT).status_code == 429


@pytest.mark.parametrize("door", [LOGIN, "/_util/login/"])
def test_all_doors_that_take_a_password_are_one(editor, site, limits_clock, door):
    wrong(10, editor.email)
    answer = attempt(editor.email, RIGHT, door=door)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "too many attempts" in answer.content.decode()


def test_known_and_unknown_accounts_are_answered_with_the_same_words_and_work(
    editor, site, limits_clock, hashed
):
    silent = Account.objects.create_user("silent@example.org")  # has no password yet
    gone = Account.objects.create_user("gone@example.org", RIGHT, is_active=False)
    attempt("first@example.org", "x")  # reads today's key
    hashed.clear()
    pages, queries = set(), set()
    for email in (editor.email, "nobody@example.org", silent.email, gone.email):
        with CountedQueries() as counted:
            answer = attempt(email, RIGHT if email == gone.email else "wrong")
        text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", answer.content.decode())  # the form's marks
        pages.add((answer.status_code, text.replace(email, "")))
        queries.add(counted.count)
    assert len(pages) == 1
    assert len(queries) == 1
    assert len(hashed) == 4


class CountedQueries:
    """Counts the queries that are made within."""

    def __enter__(self) -> "CountedQueries":
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._context = CaptureQueriesContext(connection)
        self._context.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._context.__exit__(*error)
        self.count = len(self._context)


def test_a_session_of_before_goes_on(reader, editor, site):
    reader.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert reader.get("/admin/").status_code == 200


def test_the_old_password_cannot_be_guessed_in_a_session_that_was_left_open(
    newsroom, site, limits_clock
):
    typed = {"password-new_password1": "quite another one", "password-new_password2": "x"}
    statuses = [
        newsroom.post("/admin/account/", typed | {"password-old_password": f"{n}"}).status_code
        for n in range(14)
    ]
    assert statuses == [200] * 10 + [429] * 4
    assert newsroom.get("/admin/account/").status_code == 200
    assert newsroom.post("/admin/account/", {"name_email-first_name": "Ada"}).status_code == 200


def test_a_pages_password_and_a_folders_cannot_be_guessed(story, limits_clock):
    page = PageViewRestriction.objects.create(
        page=story, restriction_type="password", password="geheim"
    )
    folder = CollectionViewRestriction.objects.create(
        collection=Collection.get_first_root_node(), restriction_type="password", password="geheim"
    )
    for address, number in (
        (f"/_util/authenticate_with_password/{page.pk}/{story.pk}/", 1),
        (f"/documents/authenticate_with_password/{folder.pk}/", 2),
    ):
        statuses = [
            Client().post(
                address, {"password": f"{n}", "return_url": "/"}, REMOTE_ADDR=f"192.0.{number}.1"
            ).status_code
            for n in range(33)
        ]  # fmt: skip
        assert statuses == [200] * 30 + [429] * 3


def test_links_that_are_false_are_limited_and_a_good_one_works_all_the_same(
    reader, editor, site, limits_clock
):
    good = sign_in_path(editor)
    statuses = [reader.get(f"{good[:-4]}x{n:02}/").status_code for n in range(33)]
    assert statuses == [410] * 30 + [429] * 3
    assert reader.post(good).url == "/accounts/password/"


# ── A new password by mail ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def by_mail(settings) -> None:
    settings.MAIL_IS_ON = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def ask(email: str, address: str = HERE):
    return Client().post(
        RESET, {"email": email}, REMOTE_ADDR=address, headers={"host": "localhost"}
    )


@pytest.mark.usefixtures("by_mail")
def test_so_many_mails_go_to_an_account_and_so_many_are_asked_for(editor, site, limits_clock):
    assert [ask(editor.email).status_code for _ in range(5)] == [302] * 3 + [429] * 2
    assert ask(editor.email.upper(), ELSEWHERE).status_code == 429
    assert len(mail.outbox) == 3
    answer = ask(editor.email)
    assert int(answer.headers["Retry-After"]) == 1200
    assert "20 minutes" in answer.content.decode()
    assert [ask(f"{n}@example.org").status_code for n in range(9)] == [302] * 7 + [429] * 2
    limits_clock.move(1200)
    assert ask(editor.email, ELSEWHERE).status_code == 302


@pytest.mark.usefixtures("by_mail")
def test_letters_that_only_a_database_takes_for_the_same_bring_no_mail(editor, site, limits_clock):
    for typed in ("edıtor@example.org", "editor@example.org.", "editor@exampıe.org"):
        ask(typed)
    assert mail.outbox == []


@pytest.mark.usefixtures("by_mail")
def test_the_whole_site_mails_so_many(editor, site, limits_clock, settings):
    settings.LIMITS = settings.LIMITS.model_copy(update={"reset_site": Limit(2, 1, 3600)})
    statuses = [ask(f"{n}@example.org", f"192.0.{n}.1").status_code for n in range(4)]
    assert statuses == [302, 302, 429, 429]


@pytest.mark.usefixtures("by_mail")
def test_the_link_leads_to_the_sites_own_address(editor, site):
    ask(editor.email)
    (link,) = re.findall(r"http\S+", mail.outbox[0].body)
    assert link.startswith("http://127.0.0.1:8000/admin/password_reset/confirm/")
    assert mail.outbox[0].to == [editor.email]


def test_known_and_unknown_accounts_leave_the_same_behind(editor, site, settings, limits_clock):
    settings.MAIL_IS_ON = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    ask("first@example.org")
    silent = Account.objects.create_user("silent@example.org")
    DBTaskResult.objects.all().delete()
    said, queries = set(), set()
    for email in (editor.email, "nobody@example.org", silent.email):
        with CountedQueries() as counted:
            answer = ask(email)
        said.add((answer.status_code, answer.headers["Location"]))
        queries.add(counted.count)
    assert len(said) == len(queries) == 1
    stored = DBTaskResult.objects.values_list("args_kwargs", flat=True)
    assert sorted(one["args"][0] for one in stored) == [0, editor.pk, silent.pk]
    assert mail.outbox == []


# ── The log ────────────────────────────────────────────────────────────────────────────────────


def test_the_log_says_what_happened_without_names(editor, site, limits_clock, caplog):
    caplog.set_level(logging.INFO, "pennypress.security")
    wrong(12, editor.email)
    attempt("nobody@example.org", "x", ELSEWHERE)
    attempt(editor.email, RIGHT, ELSEWHERE)
    reader = Client()
    reader.post(sign_in_path(Account.objects.get(pk=editor.pk)), REMOTE_ADDR=HERE)
    words = "quite another long password"
    reader.post("/accounts/password/", {"new_password1": words, "new_password2": words})
    lines = [record.getMessage() for record in caplog.records]
    here = re.search("address ([0-9a-f]{12})$", lines[0])
    there = re.search("address ([0-9a-f]{12})$", lines[-3])
    assert here and there and here[1] != there[1]
    number = editor.pk
    assert lines[:-1] == [
        *[f"wrong password: account {number}, address {here[1]}"] * 10,
        f"too many wrong passwords: account {number}, address {here[1]}",  # once, not for each
        f"wrong password: account -, address {there[1]}",
        f"signed in: account {number}, address {there[1]}",
        f"signed in by link: account {number}, address {here[1]}",
    ]
    assert lines[-1].startswith(f"password set: account {number}, address ")
    for private in ("@", HERE, ELSEWHERE, "wrong 1", words):
        assert private not in " ".join(lines)


def test_unlimited_networks_may_try(editor, site, settings, limits_clock):
    settings.UNLIMITED = (ip_network("203.0.113.0/24"),)
    assert set(wrong(50, editor.email)) == {200}
    assert attempt(editor.email, RIGHT).status_code == 302


# ── Passwords that are refused ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "password",
    [
        "pennypress", "Pennypress2026!", "pennypresspennypress", "The Test Tide", "thetesttide99",
        "12345678901234", "password123", "short", "editor@example.org", "qwertyuiop",
    ],
)  # fmt: skip
def test_a_password_that_anybody_would_try_is_refused_wherever_it_is_set(
    password, editor, site, newsroom, limits_clock
):
    by_link = Client()
    by_link.post(sign_in_path(editor))
    answer = by_link.post(
        "/accounts/password/", {"new_password1": password, "new_password2": password}
    )
    assert answer.status_code == 422
    newsroom.force_login(Account.objects.get(pk=editor.pk))
    newsroom.post(
        "/admin/account/",
        {
            "password-old_password": RIGHT,
            "password-new_password1": password,
            "password-new_password2": password,
        },
    )
    assert Account.objects.get(pk=editor.pk).check_password(RIGHT)
    newsroom.post(
        "/admin/users/new/",
        {
            "email": "new@example.org",
            "first_name": "New",
            "last_name": "One",
            "password1": password,
            "password2": password,
        },
    )
    assert not Account.objects.filter(email="new@example.org").exists()


def test_a_good_password_is_taken(editor, site):
    by_link = Client()
    by_link.post(sign_in_path(editor))
    words = "eleven weeks without a ferry"
    answer = by_link.post("/accounts/password/", {"new_password1": words, "new_password2": words})
    assert answer.status_code == 302
    assert Account.objects.get(pk=editor.pk).check_password(words)
