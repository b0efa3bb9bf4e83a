"""First path parts that belong to the site itself and can be no section."""

from django.conf import settings

RESERVED_SLUGS = frozenset(
    {
        "about", "accounts", "admin", "api", "campaigns", "corrections", "decisions", "embed",
        "feeds", "funding", "give", "healthz", "hooks", "live", "me", "media", "news-sitemap.xml",
        "newsletter", "people", "record", "robots.txt", "search", "series", "sitemap.xml", "static",
        "topics", ".well-known",
    }
    | {code for code, name in settings.LANGUAGES}
)  # fmt: skip
