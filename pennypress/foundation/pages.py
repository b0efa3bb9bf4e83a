"""What the database is asked about Wagtail's pages, where the ORM would take too long to ask."""

# A condition on `page`: it is restricted to nobody, nor is a page above it. As `public()` says it.
IS_FOR_ALL = (
    "NOT EXISTS (SELECT 1 FROM wagtailcore_pageviewrestriction restriction "
    "JOIN wagtailcore_page above ON above.id = restriction.page_id "
    "WHERE substr(page.path, 1, length(above.path)) = above.path)"
)
