"""Settings: safe by default, read from the environment, and plain about what is wrong."""

import os
import runpy
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

import pennypress
from pennypress.environment import OPTIONS

pytestmark = pytest.mark.once

SETTINGS = Path(pennypress.__file__).with_name("settings.py")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A site's empty folder, in an environment that says nothing else."""
    for name in list(os.environ):
        if name.startswith("PENNYPRESS_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PENNYPRESS_HOME", str(folder))
    return folder


def read_settings() -> dict:
    return runpy.run_path(str(SETTINGS))


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "pennypress", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_public_site_passes_djangos_deployment_check(home, monkeypatch):
    monkeypatch.setenv("PENNYPRESS_URL", "https://news.example")
    answer = run("manage", "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr
    assert "no issues" in answer.stdout


def test_an_https_site_guards_its_cookies_and_says_so_to_browsers(home, monkeypatch):
    monkeypatch.setenv("PENNYPRESS_URL", "https://news.example/")
    settings = read_settings()
    assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
    assert settings["SESSION_COOKIE_HTTPONLY"] is settings["CSRF_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == settings["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert settings["SECURE_SSL_REDIRECT"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert "news.example" in settings["ALLOWED_HOSTS"]
    assert "*" not in settings["ALLOWED_HOSTS"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://news.example"]
    assert settings["DEBUG"] is False


def test_without_any_setting_a_site_answers_on_loopback_alone(home):
    settings = read_settings()
    assert set(settings["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert settings["DEBUG"] is False
    assert str(settings["DATABASES"]["default"]["NAME"]) == str(home / "pennypress.sqlite3")
    assert settings["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    assert "SECURE_HSTS_SECONDS" not in settings


def test_the_secret_key_is_made_once_for_its_owner_alone(home):
    first = read_settings()["SECRET_KEY"]
    file = home / "secret-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == first == read_settings()["SECRET_KEY"]
    assert len(first) >= 50
    assert len(set(first)) >= 5


def test_two_sites_have_two_keys_and_the_environment_has_the_last_word(home, monkeypatch):
    first = read_settings()["SECRET_KEY"]
    (home / "secret-key").unlink()
    assert read_settings()["SECRET_KEY"] != first
    monkeypatch.setenv("PENNYPRESS_SECRET_KEY", "x" * 60)
    assert read_settings()["SECRET_KEY"] == "x" * 60


def test_where_there_is_no_site_yet_no_key_is_written(home, monkeypatch):
    monkeypatch.setenv("PENNYPRESS_HOME", str(home / "not-yet"))
    assert len(read_settings()["SECRET_KEY"]) >= 50
    assert not (home / "not-yet").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PENNYPRESS_DEBUG", "perhaps"),
        ("PENNYPRESS_URL", "localhost:8000"),
        ("PENNYPRESS_URL", "ftp://news.example"),
        ("PENNYPRESS_URL", "https://"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "postgres://u:hidden@host:port/name"),
        ("PENNYPRESS_FIRST_COMMENTS", "sometimes"),
        ("PENNYPRESS_LANGUAGES", "en,klingon"),
        ("PENNYPRESS_PURGE_URL", "cdn.example/purge"),
        ("PENNYPRESS_PURGE_URL", "https://u:hidden@cdn.example/purge"),
        ("PENNYPRESS_PURGE_URL", "https://cdn.example/hidden purge"),
        ("PENNYPRESS_PURGE_TOKEN", "hidden\nX-Other: 1"),
        ("PENNYPRESS_LOG_FORMAT", "xml"),
        ("PENNYPRESS_LOG_LEVEL", "chatty"),
        ("PENNYPRESS_ACCESS_LOG", "some"),
        ("PENNYPRESS_KEEP_TASKS_DAYS", "a week"),
        ("PENNYPRESS_KEEP_TASKS_DAYS", "-1"),
        ("PENNYPRESS_KEEP_GUESTS_DAYS", "99999999"),
        ("PENNYPRESS_TRUSTED_PROXIES", "proxy.example"),
        ("PENNYPRESS_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PENNYPRESS_TRUSTED_PROXIES", "10.0.0.1,none"),
        ("PENNYPRESS_UNLIMITED", "10.0.0.1/8"),
        ("PENNYPRESS_UNLIMITED", "office"),
        ("PENNYPRESS_LIMIT_COMMENTS_ADDRESS", "80"),
        ("PENNYPRESS_LIMIT_COMMENTS_ADDRESS", "0+1/minute"),
        ("PENNYPRESS_LIMIT_SIGN_IN_ACCOUNT", "100+1/day"),
        ("PENNYPRESS_MOST_WAITING", "many"),
        ("PENNYPRESS_WITNESSES", "https://hidden.example"),
        ("PENNYPRESS_WITNESSES", "https://hidden.example no-key"),
        ("PENNYPRESS_WITNESSES", "ftp://hidden.example w+00000000+AAAA"),
    ],
)
def test_a_value_that_makes_no_sense_is_one_clear_error(home, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=name) as raised:
        read_settings()
    assert "hidden" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_command_line_says_the_same_in_one_line(home, monkeypatch):
    monkeypatch.setenv("PENNYPRESS_FIRST_COMMENTS", "sometimes")
    answer = run("check")
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: PENNYPRESS_FIRST_COMMENTS must be")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("value", ["1", "yes", "TRUE", "on"])
def test_a_switch_is_read_as_people_write_it(home, monkeypatch, value):
    monkeypatch.setenv("PENNYPRESS_DEBUG", value)
    assert read_settings()["DEBUG"] is True


def test_an_empty_variable_is_an_unset_one(home, monkeypatch):
    for name in OPTIONS:
        if name != "PENNYPRESS_HOME":
            monkeypatch.setenv(name, "")
    settings = read_settings()
    assert settings["PUBLIC_URL"] == "http://127.0.0.1:8000"
    assert settings["SECRET_KEY"]


def test_every_option_says_what_it_means():
    for option in OPTIONS.values():
        assert option.name == "DATABASE_URL" or option.name.startswith("PENNYPRESS_")
        assert len(option.meaning) > 10


def test_a_database_address_chooses_postgresql(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p%40ss@db.example:5433/news")
    database = read_settings()["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "news")
    assert database["PASSWORD"] == "p@ss"


@pytest.mark.parametrize(
    ("value", "networks"),
    [
        ("", ["127.0.0.1/32", "::1/128"]),
        ("none", []),
        (" 10.0.0.0/8 , 192.0.2.7,2001:db8::/32", ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]),
    ],
)
def test_trusted_proxies_are_addresses_and_networks(home, monkeypatch, value, networks):
    monkeypatch.setenv("PENNYPRESS_TRUSTED_PROXIES", value)
    assert [str(network) for network in read_settings()["TRUSTED_PROXIES"]] == networks
