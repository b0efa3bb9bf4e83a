"""All settings of a Pennypress site, read from the environment, safe by default.

A site needs none of them: `pennypress serve` answers on loopback with an embedded database.
`option()` registers each variable with its meaning, and docs/reference/settings.md is held
against that list by a test.
"""

import os
import re
import secrets
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import available_timezones

import dj_database_url
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from pennypress.addresses import make_register, reserved_slugs
from pennypress.foundation.files import create_file_once
from pennypress.operations.site_folder import SiteFolder
from pennypress.record.notes import LONGEST_WITNESS_NAME, BadNote, read_witness_key


@dataclass(frozen=True)
class Option:
    """An environment variable that changes a site's behaviour."""

    name: str
    default: str
    meaning: str


OPTIONS: dict[str, Option] = {}


def option(name: str, default: str, meaning: str) -> str:
    """Return the value of environment variable `name`, or `default` when unset or empty."""
    OPTIONS[name] = Option(name, default, meaning)
    return os.environ.get(name, "") or default


def switch(name: str, default: str, meaning: str) -> bool:
    """Read an on/off variable. Raises ImproperlyConfigured for anything but a plain yes or no."""
    value = option(name, default, meaning).strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")


def address(name: str, value: str) -> SplitResult:
    """Take an address apart. Raises ImproperlyConfigured naming the variable."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # read here, where the variable's name is known
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not an address: {error}") from error
    return parts


def number(name: str, default: str, meaning: str, *, most: int = 10**9) -> int:
    """Read a whole number from 0 to `most`. Raises ImproperlyConfigured for anything else."""
    value = option(name, default, meaning)
    if not (value.isascii() and value.isdigit() and len(value) < 20):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}")
    if int(value) > most:
        raise ImproperlyConfigured(f"{name} must be at most {most}, not {value}")
    return int(value)


def words(value: str) -> list[str]:
    return [word for part in value.split(",") if (word := part.strip())]


# ── The site's folder ──────────────────────────────────────────────────────────────────────────

PACKAGE = Path(__file__).resolve().parent
SITE_FOLDER = SiteFolder(
    Path(
        option(
            "PENNYPRESS_HOME",
            "site",
            "The site's folder: database, media, keys, collected static files",
        )
    ).resolve()
)


def read_or_make_secret_key() -> str:
    """Return the key in the site's folder; make one, readable by its owner alone, when missing."""
    path = SITE_FOLDER.secret_key
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    if not SITE_FOLDER.home.is_dir():
        return secrets.token_urlsafe(50)  # no site yet: a key that lives as long as the process
    key = secrets.token_urlsafe(50)
    try:
        made = create_file_once(path, key)  # another process may be starting too
    except OSError:
        return key
    return key if made else path.read_text(encoding="ascii").strip()


SECRET_KEY = option(
    "PENNYPRESS_SECRET_KEY", "", "Signs cookies and private links; made in the folder when unset"
)
if not SECRET_KEY:
    SECRET_KEY = read_or_make_secret_key()

DEBUG = switch("PENNYPRESS_DEBUG", "no", "Show tracebacks in the browser; never on a public site")

# ── Where the site is reached ──────────────────────────────────────────────────────────────────

PUBLIC_URL = option(
    "PENNYPRESS_URL",
    "http://127.0.0.1:8000",
    "The address readers use, for links in mail and feeds",
).rstrip("/")
_public = address("PENNYPRESS_URL", PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname or _public.path:
    raise ImproperlyConfigured(
        f"PENNYPRESS_URL is no http(s) address of a whole site: {PUBLIC_URL!r}"
    )
BEHIND_HTTPS = _public.scheme == "https"

ALLOWED_HOSTS = [
    *words(
        option(
            "PENNYPRESS_HOSTS",
            "localhost,127.0.0.1,[::1]",
            "Host names that the site answers to, besides the one in PENNYPRESS_URL",
        )
    ),
    _public.hostname,
]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

SECURE_SSL_REDIRECT = BEHIND_HTTPS and switch(
    "PENNYPRESS_HTTPS_REDIRECT", "yes", "With an https address: send plain requests there"
)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # monitors ask over plain HTTP
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # SAMEORIGIN: see X_FRAME_OPTIONS
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = number(
        "PENNYPRESS_HSTS_SECONDS", "31536000", "Strict-Transport-Security, in seconds"
    )
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = switch(
        "PENNYPRESS_HSTS_SUBDOMAINS",
        "no",
        "Strict-Transport-Security for all subdomains too, with preload: only if all are yours",
    )
    if not SECURE_HSTS_INCLUDE_SUBDOMAINS:  # a choice, not an oversight
        SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames the site's own pages

# One text for all pages but the admin's, which carry inline scripts. No page of ours does.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; "
    "script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'self'"
)

_proxies = words(
    option(
        "PENNYPRESS_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "Addresses and networks of the proxies before the site; `none` believes nobody",
    )
)
try:
    TRUSTED_PROXIES = [ip_network(part) for part in _proxies if _proxies != ["none"]]
except ValueError as error:
    raise ImproperlyConfigured(
        f"PENNYPRESS_TRUSTED_PROXIES takes addresses and networks: {error}"
    ) from error

# ── The parts ──────────────────────────────────────────────────────────────────────────────────

INSTALLED_APPS = [
    "pennypress.stories",
    "pennypress.discussion",
    "pennypress.funding",
    "pennypress.readers",
    "pennypress.site",
    "pennypress.record",
    "pennypress.delivery",
    "pennypress.arrivals",
    "pennypress.accountability",
    "pennypress.newsroom",
    "pennypress.operations",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "pennypress.delivery.middleware.PublicPages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pennypress.site.middleware.LanguageFromPath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pennypress.readers.middleware.KnownHint",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pennypress.delivery.middleware.ContentSecurityPolicy",
    "pennypress.site.middleware.AdminWritesInOneTransaction",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "pennypress.urls"
AUTH_USER_MODEL = "readers.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["pennypress.site.templatetags.site"],
        },
    }
]

# ── Database ───────────────────────────────────────────────────────────────────────────────────

DATABASE_URL = option(
    "DATABASE_URL", "", "postgres://… moves the site to PostgreSQL; else SQLite in the folder"
)
if DATABASE_URL:
    try:
        DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600)}
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
        # The message must not carry the address: it may hold a password.
        raise ImproperlyConfigured(
            "DATABASE_URL is not a database address (expected postgres://user:password@host/name)"
        ) from error
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        # A server that is gone without a word is noticed in seconds, not in the system's hours.
        DATABASES["default"]["OPTIONS"] = {
            "connect_timeout": 3,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        } | DATABASES["default"].get("OPTIONS", {})
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(SITE_FOLDER.database),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # FULL, not NORMAL: with WAL and NORMAL a power cut was measured to lose
                # acknowledged commits. IMMEDIATE: read-then-write cannot fail half-way.
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; "
                    "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON"  # REPLACE deletes
                ),
            },
        }
    }

# ── Delivery ───────────────────────────────────────────────────────────────────────────────────

PAGE_CACHE_BYTES = 1_000_000 * number(
    "PENNYPRESS_PAGE_CACHE_MEGABYTES", "128", "Memory for cached pages, per worker process, in MB"
)
LARGEST_BODY = 1_000_000 * number(
    "PENNYPRESS_LARGEST_UPLOAD_MEGABYTES", "32", "The largest request body that is taken, in MB"
)
LIVE_LISTENERS = number(
    "PENNYPRESS_LIVE_LISTENERS", "10000", "Event streams that a worker process keeps open"
)

PURGE_URL = option(
    "PENNYPRESS_PURGE_URL",
    "",
    "Where to send the tags that moved, for a CDN; unset: none",
)
_purge = address("PENNYPRESS_PURGE_URL", PURGE_URL)
if PURGE_URL and (
    _purge.scheme not in {"http", "https"}
    or not _purge.hostname
    or "@" in _purge.netloc
    or not PURGE_URL.isascii()
    or re.search(r"\s", PURGE_URL)
):
    # The message must not carry the address: some have their token in it.
    raise ImproperlyConfigured("PENNYPRESS_PURGE_URL is no http(s) address without a user name")
PURGE_TOKEN = option("PENNYPRESS_PURGE_TOKEN", "", "What the purge hook knows this site by")
if not re.fullmatch(r"[!-~]*", PURGE_TOKEN):
    raise ImproperlyConfigured("PENNYPRESS_PURGE_TOKEN must be visible ASCII without spaces")

# ── The record ─────────────────────────────────────────────────────────────────────────────────


def witness(place: int, pair: str) -> tuple[str, str]:
    """Return the address and the verifier key of one of PENNYPRESS_WITNESSES.

    Raises ImproperlyConfigured. The message names it by its place: addresses may have a token.
    """
    which = f"PENNYPRESS_WITNESSES, number {place}"
    url, _, key = pair.partition(" ")
    parts = address(which, url)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or not url.isascii()
    ):
        raise ImproperlyConfigured(f"{which}: no http(s) address without user name and query")
    try:
        name = read_witness_key(key).name
    except BadNote as error:
        raise ImproperlyConfigured(f"{which}: {error}") from error
    if len(name) > LONGEST_WITNESS_NAME:
        raise ImproperlyConfigured(
            f"{which}: its name has more than {LONGEST_WITNESS_NAME} characters"
        )
    return url.rstrip("/"), key.strip()


_WITNESSES = option(
    "PENNYPRESS_WITNESSES",
    "",
    "Who cosigns checkpoints: pairs `address key`, apart by commas; unset: nobody",
)
WITNESSES = tuple(witness(place, pair) for place, pair in enumerate(words(_WITNESSES), 1))
if len({key.partition("+")[0] for _, key in WITNESSES}) < len(WITNESSES):
    raise ImproperlyConfigured("PENNYPRESS_WITNESSES names a witness twice")

# ── How long things are kept ───────────────────────────────────────────────────────────────────

_CENTURY = 36_500  # days
BACKUPS_KEPT = number(
    "PENNYPRESS_BACKUPS_KEPT", "5", "How many copies of the database stay in the folder `backups`"
)
KEEP_BACKUPS_DAYS = number(
    "PENNYPRESS_KEEP_BACKUPS_DAYS",
    "90",
    "Days after which a copy of the database goes",
    most=_CENTURY,
)
KEEP_GUESTS_DAYS = number(
    "PENNYPRESS_KEEP_GUESTS_DAYS",
    "180",
    "Days after which a guest without a comment is forgotten",
    most=_CENTURY,
)
KEEP_SUBMISSION_KEYS_DAYS = number(
    "PENNYPRESS_KEEP_SUBMISSION_KEYS_DAYS",
    "30",
    "Days for which a form sent twice posts once",
    most=_CENTURY,
)
KEEP_TASKS_DAYS = number(
    "PENNYPRESS_KEEP_TASKS_DAYS",
    "30",
    "Days for which the outcome of a finished task is kept",
    most=_CENTURY,
)
SESSION_COOKIE_AGE = 86_400 * number(
    "PENNYPRESS_SESSION_DAYS",
    "14",
    "Days for which a sign-in lasts",
    most=_CENTURY,
)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# ── Files ──────────────────────────────────────────────────────────────────────────────────────

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = SITE_FOLDER.static
MEDIA_URL = "/media/"
MEDIA_ROOT = SITE_FOLDER.media
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# ── Language and time ──────────────────────────────────────────────────────────────────────────

LANGUAGE_CODE = option("PENNYPRESS_LANGUAGE", "en", "The site's main language")
_codes = words(
    option(
        "PENNYPRESS_LANGUAGES",
        "en,ar,de",
        "Languages stories may be written in; others live under /<code>/",
    )
)
if LANGUAGE_CODE not in _codes:
    _codes.insert(0, LANGUAGE_CODE)
if _unknown := [code for code in _codes if "name_local" not in LANG_INFO.get(code, {})]:
    raise ImproperlyConfigured(f"PENNYPRESS_LANGUAGES: no such language: {', '.join(_unknown)}")
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in _codes]
# What each address is to caches, logs, the mirror and editors.
ADDRESSES = make_register(languages=[code for code in _codes if code != LANGUAGE_CODE])
RESERVED_SLUGS = reserved_slugs(ADDRESSES)
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = option("PENNYPRESS_TIME_ZONE", "UTC", "The newsroom's time zone, for times on pages")

# ── Mail ───────────────────────────────────────────────────────────────────────────────────────

_mail = address(
    "PENNYPRESS_MAIL",
    option(
        "PENNYPRESS_MAIL",
        "",
        "smtp:// or smtp+tls://user:password@host:port for outgoing mail; unset: none sent",
    ),
)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if _mail.scheme
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
DEFAULT_FROM_EMAIL = option(
    "PENNYPRESS_MAIL_FROM", f"newsroom@{_public.hostname}", "Sender address of outgoing mail"
)

# ── Newsroom policy ────────────────────────────────────────────────────────────────────────────

FIRST_COMMENTS = option(
    "PENNYPRESS_FIRST_COMMENTS",
    "",
    "hold, publish or hold-all: overrides the admin's setting for readers' comments",
)
if FIRST_COMMENTS not in {"", "hold", "publish", "hold-all"}:
    raise ImproperlyConfigured(
        f"PENNYPRESS_FIRST_COMMENTS must be hold, publish or hold-all, not {FIRST_COMMENTS!r}"
    )

# ── Wagtail ────────────────────────────────────────────────────────────────────────────────────

WAGTAIL_SITE_NAME = "Pennypress"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILIMAGES_IMAGE_MODEL = "stories.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "pennypress.stories.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 80_000_000
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_ENABLE_UPDATE_CHECK = False  # a request to another host, and the newsroom pins its version
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_ALLOW_UNICODE_SLUGS = True
# Some systems list "localtime", which browsers refuse.
WAGTAIL_USER_TIME_ZONES = sorted(available_timezones() - {"localtime", "Factory"})
CSRF_FAILURE_VIEW = "pennypress.site.errors.csrf_failure"
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]

# A story's form has many fields; a reader's comment form has few. 2 MB is refused in the form
# itself with a message, so the parser must let it through.
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LOG_LEVEL = option("PENNYPRESS_LOG_LEVEL", "INFO", "DEBUG, INFO or WARNING")
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING"}:
    raise ImproperlyConfigured(
        f"PENNYPRESS_LOG_LEVEL must be DEBUG, INFO or WARNING, not {LOG_LEVEL!r}"
    )
LOG_FORMAT = option("PENNYPRESS_LOG_FORMAT", "plain", "plain, or json: one object a line")
if LOG_FORMAT not in {"plain", "json"}:
    raise ImproperlyConfigured(f"PENNYPRESS_LOG_FORMAT must be plain or json, not {LOG_FORMAT!r}")
ACCESS_LOG = switch(
    "PENNYPRESS_ACCESS_LOG", "no", "Log each request too, without anything about who asked"
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "pennypress.operations.logs.PlainFormatter"},
        "json": {"()": "pennypress.operations.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "pennypress": {"level": LOG_LEVEL}},
}
