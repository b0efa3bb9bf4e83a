"""Tables whose rows can be neither changed nor deleted, enforced by the database itself."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation


def protect(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Make the database refuse UPDATE, DELETE (and on PostgreSQL TRUNCATE) on `table`."""
    message = f"{table} is append-only: correct by adding"
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    schema_editor.execute(
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        f"END $$"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def unprotect(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the protection away again: for undoing a migration and for emptying a test database."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_refuse_{verb}")
    else:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE")


def is_protected(connection: BaseDatabaseWrapper, table: str) -> bool:
    """Say whether the database still refuses changes to `table`."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)",
                [f"{table}_refuse_update", f"{table}_refuse_delete"],
            )
        else:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass "
                "AND tgenabled <> 'D' AND tgname IN (%s, %s)",
                [table, f"{table}_refuse_change", f"{table}_refuse_truncate"],
            )
        return cursor.fetchone()[0] == 2


class AppendOnly(Operation):
    """Migration operation: protect a model's table."""

    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label, state) -> None:
        """The models' state does not change."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        protect(schema_editor, to_state.apps.get_model(app_label, self.model)._meta.db_table)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        unprotect(schema_editor, from_state.apps.get_model(app_label, self.model)._meta.db_table)

    def describe(self) -> str:
        return f"Refuse changes to rows of {self.model}"
