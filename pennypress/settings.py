"""The settings of a Pennypress site, made of its environment, safe by default.

A site needs no variable: `pennypress serve` answers on loopback with an embedded database. What can
be set is declared in `environment.py`.
"""

import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO

from pennypress.addresses import make_register, reserved_slugs
from pennypress.environment import (
    AddressVariables,
    DatabaseVariables,
    DeliveryVariables,
    LanguageVariables,
    LimitVariables,
    LogVariables,
    MailVariables,
    NewsroomVariables,
    RecordVariables,
    RetentionVariables,
    SiteVariables,
    read_environment,
)
from pennypress.foundation.documents import TYPES as DOCUMENT_TYPES
from pennypress.foundation.files import create_file_once
from pennypress.operations.site_folder import SiteFolder

# ── The site's folder ──────────────────────────────────────────────────────────────────────────

PACKAGE = Path(__file__).resolve().parent
_site = read_environment(SiteVariables)
SITE_FOLDER = SiteFolder(Path(_site.home).resolve())
# What is made once and copied to each site of this installation.
CACHE_FOLDER = Path(_site.cache).resolve() if _site.cache else None  # None: in the user's own


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


SECRET_KEY = _site.secret_key or read_or_make_secret_key()
DEBUG = _site.debug

# ── Where the site is reached ──────────────────────────────────────────────────────────────────

_addresses = read_environment(AddressVariables)
PUBLIC_URL = _addresses.url
_public = urlsplit(PUBLIC_URL)
_host = _public.hostname or ""  # there is one: it was checked
BEHIND_HTTPS = _public.scheme == "https"

ALLOWED_HOSTS = [*_addresses.hosts, _host]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

SECURE_SSL_REDIRECT = BEHIND_HTTPS and _addresses.https_redirect
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # monitors ask over plain HTTP
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # SAMEORIGIN: see X_FRAME_OPTIONS
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = _addresses.hsts_seconds
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _addresses.hsts_subdomains
    if not SECURE_HSTS_INCLUDE_SUBDOMAINS:  # a choice, not an oversight
        SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames the site's own pages

# One text for all pages but the admin's. No page of ours carries an inline script.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; "
    "script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'self'"
)

# Wagtail's inline scripts get a nonce (delivery/policy.py); its library of tooltips writes style
# sheets into the page; the one that crops pictures tries whether a browser knows some events, by
# handlers that say `return;`, which is what the hash is of.
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; "
    "script-src 'self' 'nonce-{nonce}'; "
    "script-src-attr 'unsafe-hashes' 'sha256-i+qr4lq34KgNHiW62lWi9aInEBwiEOrfCzaNPCvkqD8='; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'self'"
)

TRUSTED_PROXIES = list(_addresses.trusted_proxies)

# ── The parts ──────────────────────────────────────────────────────────────────────────────────

INSTALLED_APPS = [
    "pennypress.redirects",
    "pennypress.stories",
    "pennypress.moderation",
    "pennypress.discussion",
    "pennypress.funding",
    "pennypress.readers",
    "pennypress.pictures",
    "pennypress.site",
    "pennypress.record",
    "pennypress.delivery",
    "pennypress.limits",
    "pennypress.arrivals",
    "pennypress.accountability",
    "pennypress.newsroom",
    "pennypress.operations",
    "wagtail.contrib.settings",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "pennypress.site.wagtail_apps.Snippets",
    "pennypress.site.wagtail_apps.Images",
    "pennypress.site.wagtail_apps.Documents",
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
    "pennypress.site.middleware.ComposedAddress",
    "pennypress.site.middleware.LanguageFromPath",
    "pennypress.site.middleware.OneSite",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pennypress.readers.middleware.KnownHint",
    "pennypress.readers.middleware.CountedDoors",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pennypress.delivery.middleware.ContentSecurityPolicy",
    "pennypress.site.middleware.AdminWrites",
    "pennypress.redirects.middleware.Redirects",
]

ROOT_URLCONF = "pennypress.urls"
AUTH_USER_MODEL = "readers.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "pennypress.site.template_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
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

if _database := read_environment(DatabaseVariables).database:
    DATABASES = {"default": _database}
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

_delivery = read_environment(DeliveryVariables)
PAGE_CACHE_BYTES = 1_000_000 * _delivery.page_cache_megabytes
LARGEST_BODY = 1_000_000 * _delivery.largest_upload_megabytes
LARGEST_FORM = min(1_000_000 * _delivery.largest_form_megabytes, LARGEST_BODY)
SLOWEST_BODY = _delivery.slowest_body  # bytes a second
SLOW_BODIES_PER_ADDRESS = _delivery.slow_bodies
LIVE_LISTENERS = _delivery.live_listeners
LIVE_LISTENERS_PER_ADDRESS = _delivery.live_listeners_address
PURGE_URL, PURGE_TOKEN = _delivery.purge_url, _delivery.purge_token

# ── The record ─────────────────────────────────────────────────────────────────────────────────

WITNESSES = read_environment(RecordVariables).witnesses

# ── How long things are kept ───────────────────────────────────────────────────────────────────

_retention = read_environment(RetentionVariables)
BACKUPS_KEPT = _retention.backups_kept
KEEP_BACKUPS_DAYS = _retention.backups_days
KEEP_GUESTS_DAYS = _retention.guests_days
KEEP_SUBMISSION_KEYS_DAYS = _retention.submission_keys_days
KEEP_TASKS_DAYS = _retention.tasks_days
KEEP_MAIL_DAYS = _retention.mail_days
SESSION_COOKIE_AGE = 86_400 * _retention.session_days

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# ── Files ──────────────────────────────────────────────────────────────────────────────────────

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = SITE_FOLDER.static
MEDIA_URL = "/media/"
MEDIA_ROOT = SITE_FOLDER.media
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "pictures": {"BACKEND": "pennypress.pictures.storage.OriginalsStorage"},
    "staticfiles": {"BACKEND": "pennypress.site.static_files.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# ── Language and time ──────────────────────────────────────────────────────────────────────────

_language = read_environment(LanguageVariables)
LANGUAGE_CODE = _language.language
_codes = [*_language.languages]
if LANGUAGE_CODE not in _codes:
    _codes.insert(0, LANGUAGE_CODE)
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in _codes]
# What each address is to caches, logs, the mirror and editors.
ADDRESSES = make_register(languages=[code for code in _codes if code != LANGUAGE_CODE])
RESERVED_SLUGS = reserved_slugs(ADDRESSES)
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = _language.time_zone

# ── Mail ───────────────────────────────────────────────────────────────────────────────────────

_mail_variables = read_environment(MailVariables)
_mail = urlsplit(_mail_variables.server)
MAIL_IS_ON = bool(_mail.scheme)
EMAIL_BACKEND = (
    "pennypress.readers.outbox.Outbox"
    if MAIL_IS_ON
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
DEFAULT_FROM_EMAIL = _mail_variables.sender or f"newsroom@{_host}"

# ── Newsroom policy ────────────────────────────────────────────────────────────────────────────

FIRST_COMMENTS = read_environment(NewsroomVariables).first_comments or ""

# ── Limits ─────────────────────────────────────────────────────────────────────────────────────

LIMITS = read_environment(LimitVariables)
UNLIMITED = LIMITS.unlimited

# ── Wagtail ────────────────────────────────────────────────────────────────────────────────────

WAGTAIL_SITE_NAME = "Pennypress"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILIMAGES_IMAGE_MODEL = "stories.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "pennypress.pictures.forms.PictureForm"
# What each of them is, its content says: see foundation/images.py.
WAGTAILIMAGES_EXTENSIONS = [
    *("avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "tif", "tiff", "webp")
]
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"tiff": "jpeg"}  # for the admin's own small ones
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 80_000_000
WAGTAILIMAGES_AVIF_QUALITY = 50  # a quarter less to fetch than at Wagtail's 61
WAGTAILEMBEDS_FINDERS = [{"class": "pennypress.stories.oembed"}]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "pennypress.stories.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = max(1_000_000, LARGEST_BODY - 1_000_000)  # the form around it
WAGTAILDOCS_CONTENT_TYPES = DOCUMENT_TYPES  # not as the machine's list has it
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf"]  # a browser shows it in a cage of its own
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
# The second one knows sessions of before the first; it is never asked for a password.
AUTHENTICATION_BACKENDS = [
    "pennypress.readers.backends.ThrottledBackend",
    "django.contrib.auth.backends.ModelBackend",
]
WAGTAILADMIN_USER_LOGIN_FORM = "pennypress.readers.forms.SignInForm"
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "pennypress.readers.passwords.NotTheSitesName"},
]

# A story's form has many fields; a reader's comment form has few. 2 MB is refused in the form
# itself with a message, so the parser must let through whatever the worker does.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(4 * 1024 * 1024, LARGEST_FORM)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

_log = read_environment(LogVariables)
LOG_LEVEL, LOG_FORMAT, ACCESS_LOG = _log.level, _log.form, _log.access
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
