"""What an operator can set: each environment variable with its type, default and meaning.

A site needs none of them. They are grouped by topic, read once when the settings are loaded, and
checked then: a value that makes no sense is one clear error that names the variable.
docs/reference/settings.md is held against this module by a test.
"""

import os
import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

import dj_database_url
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pennypress.limits.windows import Limit, read_limit
from pennypress.record.notes import LONGEST_WITNESS_NAME, BadNote, read_witness_key

_CENTURY = 36_500  # days


def variable(name: str, default: str, meaning: str) -> Any:
    """Declare a variable. Its default is what one would write in the environment."""
    # No value is ever shown with a topic: there are passwords among them.
    return Field(default, validation_alias=name, description=meaning, repr=False)


# ── How values are written ─────────────────────────────────────────────────────────────────────
# What these functions raise is what people read, behind the name of the variable.


def _read_switch(value: str) -> bool:
    word = value.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ValueError(f"must be yes or no, not {word!r}")


def _read_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 20):
        raise ValueError(f"must be a whole number, not {value!r}")
    return int(value)


def _read_words(value: str) -> tuple[str, ...]:
    return tuple(word for part in value.split(",") if (word := part.strip()))


def _split_address(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port  # read here, where the variable's name is known
    except ValueError as error:
        raise ValueError(f"is not an address: {error}") from error
    return parts


def _read_networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    words = _read_words(value)
    if words == ("none",):
        return ()
    try:
        return tuple(ip_network(word) for word in words)
    except ValueError as error:
        raise ValueError(f"takes addresses and networks: {error}") from error


def _read_exempt(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return _read_networks(value) if value else ()


def _check_address(value: str) -> str:
    _split_address(value)
    return value


def _check_languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [code for code in codes if "name_local" not in LANG_INFO.get(code, {})]:
        raise ValueError(f"names a language that is not known: {', '.join(unknown)}")
    return codes


def _check_language(code: str) -> str:
    return _check_languages((code,))[0]


def _none_if_empty(value: str) -> str | None:
    return value or None


def _check_site_address(value: str) -> str:
    address = value.rstrip("/")
    parts = _split_address(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ValueError(f"must be the http(s) address of a whole site, not {address!r}")
    return address


def _check_purge_address(value: str) -> str:
    # The message must not carry the address: some have their token in it.
    parts = _split_address(value)
    if value and (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or not value.isascii()
        or re.search(r"\s", value)
    ):
        raise ValueError("must be an http(s) address without a user name")
    return value


def _check_purge_token(value: str) -> str:
    if not re.fullmatch(r"[!-~]*", value):
        raise ValueError("must be visible ASCII without spaces")
    return value


_ENGINES = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}


def _read_database(value: str) -> dict[str, Any]:
    if not value:
        return {}
    try:
        database = dict(dj_database_url.parse(value, conn_max_age=600))
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError) as error:
        # The message must not carry the address: it may hold a password.
        raise ValueError(
            "is not a database address (expected postgres://user:password@host/name)"
        ) from error
    if database.get("ENGINE") not in _ENGINES:
        raise ValueError(
            "names a database that Pennypress does not run on: it runs on PostgreSQL "
            "(postgres://user:password@host/name), and without this setting on SQLite"
        )
    return database


def _read_witnesses(value: str) -> tuple[tuple[str, str], ...]:
    found = tuple(_read_witness(place, pair) for place, pair in enumerate(_read_words(value), 1))
    if len({key.partition("+")[0] for _, key in found}) < len(found):
        raise ValueError("names a witness twice")
    return found


def _read_witness(place: int, pair: str) -> tuple[str, str]:
    """Return address and verifier key. A message names it by its place: addresses have tokens."""
    url, _, key = pair.partition(" ")
    try:
        parts = _split_address(url)
    except ValueError as error:
        raise ValueError(f"number {place} {error}") from error
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or not url.isascii()
    ):
        raise ValueError(f"number {place} must have an http(s) address without user name and query")
    try:
        name = read_witness_key(key).name
    except BadNote as error:
        raise ValueError(f"number {place}: {error}") from error
    if len(name) > LONGEST_WITNESS_NAME:
        raise ValueError(
            f"number {place}: its name has more than {LONGEST_WITNESS_NAME} characters"
        )
    return url.rstrip("/"), key.strip()


Switch = Annotated[bool, BeforeValidator(_read_switch)]
Number = Annotated[int, BeforeValidator(_read_number), Field(le=10**9)]
Days = Annotated[int, BeforeValidator(_read_number), Field(le=_CENTURY)]
Rate = Annotated[Limit | None, BeforeValidator(read_limit)]
Words = Annotated[tuple[str, ...], BeforeValidator(_read_words)]


# ── The topics ─────────────────────────────────────────────────────────────────────────────────


class SettingsTopic(BaseModel):
    """Variables that belong together."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, validate_default=True)


class SiteVariables(SettingsTopic):
    """The folder, and what holds for the whole site."""

    home: str = variable(
        "PENNYPRESS_HOME",
        "site",
        "The site's folder: database, media, keys, collected static files",
    )
    secret_key: str = variable(
        "PENNYPRESS_SECRET_KEY",
        "",
        "Signs cookies and private links; made in the folder when unset",
    )
    cache: str = variable(
        "PENNYPRESS_CACHE",
        "",
        "The installation's cache folder; unset: `pennypress` in the user's own",
    )
    debug: Switch = variable(
        "PENNYPRESS_DEBUG", "no", "Show tracebacks in the browser; never on a public site"
    )


class AddressVariables(SettingsTopic):
    """Where the site is reached, and what stands before it."""

    url: Annotated[str, AfterValidator(_check_site_address)] = variable(
        "PENNYPRESS_URL",
        "http://127.0.0.1:8000",
        "The address readers use, for links in mail and feeds",
    )
    hosts: Words = variable(
        "PENNYPRESS_HOSTS",
        "localhost,127.0.0.1,[::1]",
        "Host names that the site answers to, besides the one in PENNYPRESS_URL",
    )
    https_redirect: Switch = variable(
        "PENNYPRESS_HTTPS_REDIRECT", "yes", "With an https address: send plain requests there"
    )
    hsts_seconds: Number = variable(
        "PENNYPRESS_HSTS_SECONDS",
        "31536000",
        "With an https address: Strict-Transport-Security, in seconds",
    )
    hsts_subdomains: Switch = variable(
        "PENNYPRESS_HSTS_SUBDOMAINS",
        "no",
        "Strict-Transport-Security for all subdomains too, with preload: only if all are yours",
    )
    trusted_proxies: Annotated[
        tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_read_networks)
    ] = variable(
        "PENNYPRESS_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "Addresses and networks of the proxies before the site; `none` believes nobody",
    )


class DatabaseVariables(SettingsTopic):
    """Where the database is."""

    database: Annotated[dict[str, Any], BeforeValidator(_read_database)] = variable(
        "DATABASE_URL", "", "postgres://… moves the site to PostgreSQL; else SQLite in the folder"
    )


class DeliveryVariables(SettingsTopic):
    """How pages leave."""

    page_cache_megabytes: Number = variable(
        "PENNYPRESS_PAGE_CACHE_MEGABYTES",
        "64",
        "Memory for cached pages, per worker process, in MB",
    )
    largest_upload_megabytes: Number = variable(
        "PENNYPRESS_LARGEST_UPLOAD_MEGABYTES",
        "32",
        "The largest request body that is taken of whoever is signed in, in MB",
    )
    largest_form_megabytes: Number = variable(
        "PENNYPRESS_LARGEST_FORM_MEGABYTES",
        "3",
        "The largest request body that is taken of whoever is not signed in, in MB",
    )
    slowest_body: Number = variable(
        "PENNYPRESS_SLOWEST_BODY",
        "2000",
        "The rate that a request body must keep up on average, in bytes a second",
    )
    slow_bodies: Number = variable(
        "PENNYPRESS_SLOW_BODIES_ADDRESS",
        "16",
        "Request bodies that take more than a second, from an address at a time",
    )
    live_listeners: Number = variable(
        "PENNYPRESS_LIVE_LISTENERS", "10000", "Event streams that a worker process keeps open"
    )
    live_listeners_address: Number = variable(
        "PENNYPRESS_LIVE_LISTENERS_ADDRESS",
        "200",
        "Of these, how many for an address",
    )
    purge_url: Annotated[str, AfterValidator(_check_purge_address)] = variable(
        "PENNYPRESS_PURGE_URL", "", "Where to send the tags that moved, for a CDN; unset: none"
    )
    purge_token: Annotated[str, AfterValidator(_check_purge_token)] = variable(
        "PENNYPRESS_PURGE_TOKEN", "", "What the purge hook knows this site by"
    )


class RecordVariables(SettingsTopic):
    """The public record."""

    witnesses: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_read_witnesses)] = variable(
        "PENNYPRESS_WITNESSES",
        "",
        "Who cosigns checkpoints: pairs `address key`, separated by commas; unset: nobody",
    )


class RetentionVariables(SettingsTopic):
    """How long things are kept."""

    backups_kept: Number = variable(
        "PENNYPRESS_BACKUPS_KEPT",
        "5",
        "How many copies of the database stay in the folder `backups`",
    )
    backups_days: Days = variable(
        "PENNYPRESS_KEEP_BACKUPS_DAYS", "90", "Days after which a copy of the database is deleted"
    )
    guests_days: Days = variable(
        "PENNYPRESS_KEEP_GUESTS_DAYS",
        "180",
        "Days after which a guest without a comment is forgotten",
    )
    submission_keys_days: Days = variable(
        "PENNYPRESS_KEEP_SUBMISSION_KEYS_DAYS",
        "30",
        "Days for which a form sent twice posts once",
    )
    tasks_days: Days = variable(
        "PENNYPRESS_KEEP_TASKS_DAYS",
        "30",
        "Days for which the outcome of a finished task is kept",
    )
    mail_days: Days = variable(
        "PENNYPRESS_KEEP_MAIL_DAYS",
        "7",
        "Days for which it is kept to whom mail was sent, and mail that could not be",
    )
    session_days: Days = variable("PENNYPRESS_SESSION_DAYS", "14", "Days for which a sign-in lasts")


class LanguageVariables(SettingsTopic):
    """Language and time."""

    language: Annotated[str, AfterValidator(_check_language)] = variable(
        "PENNYPRESS_LANGUAGE", "en", "The site's main language"
    )
    languages: Annotated[Words, AfterValidator(_check_languages)] = variable(
        "PENNYPRESS_LANGUAGES",
        "en,ar,de",
        "Languages stories may be written in; others live under /<code>/",
    )
    time_zone: str = variable(
        "PENNYPRESS_TIME_ZONE", "UTC", "The newsroom's time zone, for times on pages"
    )


class MailVariables(SettingsTopic):
    """Outgoing mail."""

    server: Annotated[str, AfterValidator(_check_address)] = variable(
        "PENNYPRESS_MAIL",
        "",
        "smtp:// or smtp+tls://user:password@host:port for outgoing mail; unset: none sent",
    )
    sender: str = variable(
        "PENNYPRESS_MAIL_FROM",
        "",
        "Sender address of outgoing mail; unset: `newsroom@` and the host of PENNYPRESS_URL",
    )


class NewsroomVariables(SettingsTopic):
    """What the newsroom decides, where the operator decides it instead."""

    first_comments: Annotated[
        Literal["hold", "publish", "hold-all"] | None, BeforeValidator(_none_if_empty)
    ] = variable(
        "PENNYPRESS_FIRST_COMMENTS",
        "",
        "hold, publish or hold-all: overrides the admin's setting for readers' comments",
    )


class LimitVariables(SettingsTopic):
    """How often what may happen. `80+20/minute` is 80 at once, and 20 more a minute."""

    unlimited: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_read_exempt)] = (
        variable("PENNYPRESS_UNLIMITED", "", "Addresses and networks that no limit is for")
    )
    writes_address: Rate = variable(
        "PENNYPRESS_LIMIT_WRITES_ADDRESS",
        "300+10/second",
        "Requests that bring something, from an address, to a worker process",
    )
    writes_network: Rate = variable(
        "PENNYPRESS_LIMIT_WRITES_NETWORK",
        "1200+40/second",
        "Requests that bring something, from a network, to a worker process",
    )
    comments_address_story: Rate = variable(
        "PENNYPRESS_LIMIT_COMMENTS_ADDRESS_STORY",
        "80+20/minute",
        "Comments from an address to a story",
    )
    comments_address: Rate = variable(
        "PENNYPRESS_LIMIT_COMMENTS_ADDRESS", "120+30/minute", "Comments from an address"
    )
    comments_network: Rate = variable(
        "PENNYPRESS_LIMIT_COMMENTS_NETWORK", "240+60/minute", "Comments from a network"
    )
    comments_reader: Rate = variable(
        "PENNYPRESS_LIMIT_COMMENTS_READER", "80+20/minute", "Comments by a guest or an account"
    )
    comments_story: Rate = variable(
        "PENNYPRESS_LIMIT_COMMENTS_STORY",
        "600+300/minute",
        "Comments to a story, by readers of whom nothing is visible yet; as many by others",
    )
    comments_site: Rate = variable(
        "PENNYPRESS_LIMIT_COMMENTS_SITE",
        "2000+900/minute",
        "Comments to the whole site, by readers of whom nothing is visible yet; as many by others",
    )
    guests_address: Rate = variable(
        "PENNYPRESS_LIMIT_GUESTS_ADDRESS", "120+30/minute", "New guests from an address"
    )
    waiting_address: Number = variable(
        "PENNYPRESS_MOST_WAITING_ADDRESS",
        "100",
        "Comments from an address, of today and yesterday, that wait for a moderator",
    )
    waiting_site: Number = variable(
        "PENNYPRESS_MOST_WAITING",
        "5000",
        "Readers' comments that wait for a moderator",
    )
    sign_in_account_address: Rate = variable(
        "PENNYPRESS_LIMIT_SIGN_IN_ACCOUNT_ADDRESS",
        "10+10/hour",
        "Wrong passwords for an account from an address",
    )
    sign_in_account: Rate = variable(
        "PENNYPRESS_LIMIT_SIGN_IN_ACCOUNT",
        "100+100/hour",
        "Wrong passwords for an account, from wherever",
    )
    sign_in_address: Rate = variable(
        "PENNYPRESS_LIMIT_SIGN_IN_ADDRESS", "30+30/hour", "Wrong passwords from an address"
    )
    sign_in_network: Rate = variable(
        "PENNYPRESS_LIMIT_SIGN_IN_NETWORK", "100+100/hour", "Wrong passwords from a network"
    )
    reset_account: Rate = variable(
        "PENNYPRESS_LIMIT_RESET_ACCOUNT", "3+3/hour", "Mails with a link to a new password"
    )
    reset_address: Rate = variable(
        "PENNYPRESS_LIMIT_RESET_ADDRESS",
        "10+10/hour",
        "Requests for such a mail from an address",
    )
    reset_network: Rate = variable(
        "PENNYPRESS_LIMIT_RESET_NETWORK",
        "30+30/hour",
        "Requests for such a mail from a network",
    )
    reset_site: Rate = variable(
        "PENNYPRESS_LIMIT_RESET_SITE", "200+200/hour", "Requests for such a mail, from wherever"
    )
    links_address: Rate = variable(
        "PENNYPRESS_LIMIT_LINKS_ADDRESS",
        "30+30/hour",
        "One-time links that are spent or false, from an address",
    )


class LogVariables(SettingsTopic):
    """What is logged, and how."""

    level: Literal["DEBUG", "INFO", "WARNING"] = variable(
        "PENNYPRESS_LOG_LEVEL", "INFO", "DEBUG, INFO or WARNING"
    )
    form: Literal["plain", "json"] = variable(
        "PENNYPRESS_LOG_FORMAT", "plain", "plain, or json: one object a line"
    )
    access: Switch = variable(
        "PENNYPRESS_ACCESS_LOG",
        "no",
        "Log each request too, without anything about who asked",
    )


TOPICS: tuple[type[SettingsTopic], ...] = (
    SiteVariables,
    AddressVariables,
    DatabaseVariables,
    DeliveryVariables,
    RecordVariables,
    RetentionVariables,
    LanguageVariables,
    MailVariables,
    NewsroomVariables,
    LimitVariables,
    LogVariables,
)


# ── Reading ────────────────────────────────────────────────────────────────────────────────────

T = TypeVar("T", bound=SettingsTopic)


def read_environment(topic: type[T]) -> T:
    """Read the variables of a topic. An empty variable counts as unset.

    Raises ImproperlyConfigured naming the first wrong one.
    """
    names = (str(field.validation_alias) for field in topic.model_fields.values())
    given = {name: value for name in names if (value := os.environ.get(name))}
    try:
        return topic.model_validate(given)
    except ValidationError as error:
        message = _explain(error.errors()[0])
    raise ImproperlyConfigured(message)  # without its cause, which holds the values


def _explain(error: ErrorDetails) -> str:
    """Say what is wrong with a variable. Only our own checks decide whether it is quoted."""
    name, limits = error["loc"][0], error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return f"{name} {limits['error']}"
        case "literal_error":
            allowed = limits["expected"].replace("'", "")
            return f"{name} must be {allowed}, not {error['input']!r}"
        case "less_than_equal":
            return f"{name} must be at most {limits['le']}, not {error['input']}"
    return f"{name} cannot be read"


@dataclass(frozen=True)
class Option:
    """An environment variable that changes a site's behaviour."""

    name: str
    default: str
    meaning: str


OPTIONS: dict[str, Option] = {
    str(field.validation_alias): Option(
        str(field.validation_alias), field.default, field.description or ""
    )
    for topic in TOPICS
    for field in topic.model_fields.values()
}
