"""A reply's parent lies in the same discussion: refused by the database, not by our code alone."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "a reply and its parent lie in one discussion"


def create(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers (for a migration's RunPython)."""
    wrong = (
        "SELECT 1 FROM discussion_comment p WHERE p.id = NEW.parent_id "
        "AND p.discussion_id <> NEW.discussion_id"
    )
    if schema_editor.connection.vendor == "sqlite":
        for event in ("INSERT", "UPDATE OF parent_id, discussion_id"):
            name = event.split()[0].lower()
            schema_editor.execute(
                f"CREATE TRIGGER discussion_comment_parent_{name} BEFORE {event} "
                f"ON discussion_comment WHEN NEW.parent_id IS NOT NULL AND EXISTS ({wrong}) "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        return
    schema_editor.execute(
        f"CREATE FUNCTION discussion_comment_parent() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF NEW.parent_id IS NOT NULL AND EXISTS ({wrong}) THEN "
        f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN NEW; END $$"
    )
    schema_editor.execute(
        "CREATE TRIGGER discussion_comment_parent BEFORE INSERT OR UPDATE OF parent_id, "
        "discussion_id ON discussion_comment FOR EACH ROW EXECUTE FUNCTION "
        "discussion_comment_parent()"
    )


def drop(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers again."""
    if schema_editor.connection.vendor == "sqlite":
        for name in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS discussion_comment_parent_{name}")
    else:
        schema_editor.execute("DROP FUNCTION IF EXISTS discussion_comment_parent() CASCADE")


def sort_by_bytes(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On PostgreSQL compare paths byte by byte, whatever the database's collation. SQLite does."""
    if schema_editor.connection.vendor == "postgresql":
        for column, width in (("path", 2400), ("newest", 24)):
            schema_editor.execute(
                f"ALTER TABLE discussion_comment ALTER COLUMN {column} "
                f'TYPE varchar({width}) COLLATE "C"'
            )
