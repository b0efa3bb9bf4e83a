"""`pennypress check`: a sound site passes, and each kind of damage is named."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from pennypress.accountability.checks import run_checks
from pennypress.discussion.actions import post_comment
from pennypress.funding.actions import carry_over, record_gift
from pennypress.record.actions import append
from pennypress.record.append_only import unprotect

SQLITE = "connection.vendor == 'sqlite'"

pytestmark = pytest.mark.django_db


def problems() -> dict[str, list[str]]:
    return {finding.name: finding.problems for finding in run_checks() if finding.problems}


def write(statement: str) -> None:
    """Write past every rule of ours, as a bad disk or a bad hand would."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def paper(story, discussion, campaign, publish_at_once):
    """A story, two comments, and three sums, in tables that no longer defend themselves."""
    first = post_comment(discussion, name="Ann", text="A word.").comment
    post_comment(discussion, name="Bo", text="Another.", parent=first.pk)
    carry_over(campaign, 70_000, "USD", source="old site")
    record_gift(campaign, 8_900, "USD", name="Ann", day=dt.date(2026, 1, 2))
    record_gift(campaign, 100, "USD")
    assert problems() == {}


@pytest.fixture
def defenceless(paper):
    """The same, and the triggers are gone that would refuse the damage."""
    if connection.vendor == "postgresql":
        write("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("funding_transfer", "record_entry"):
            write(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            write(f"ALTER TABLE {table} ENABLE TRIGGER {table}_refuse_truncate")
    else:
        for table in ("funding_transfer", "record_entry"):
            for verb in ("update", "delete"):
                write(f"DROP TRIGGER {table}_refuse_{verb}")


def test_a_sound_site_has_no_problem(paper):
    assert [finding.name for finding in run_checks()] == [
        "database",
        "configuration",
        "versions",
        "discussions",
        "ledger",
        "mail",
        "pictures",
        "record",
        "jobs",
        "files",
    ]
    assert problems() == {}


def test_tables_that_could_be_changed_are_named(defenceless):
    found = problems()
    assert found.keys() == {"ledger", "record"}
    assert all("be changed" in problem for of_part in found.values() for problem in of_part)


@pytest.mark.parametrize(
    ("damage", "part", "says"),
    [
        ("UPDATE funding_transfer SET amount = amount + 1 WHERE amount = 8900", "ledger", "entry"),
        ("UPDATE funding_transfer SET currency = 'EUR' WHERE amount = 100", "ledger", "is in EUR"),
        ("UPDATE funding_transfer SET day = '2025-01-02' WHERE amount = 8900", "ledger", "entry"),
        ("UPDATE funding_transfer SET entry = 999 WHERE amount = 100", "ledger", "entry"),
        (
            "UPDATE funding_transfer SET credit_id = (SELECT id FROM funding_account WHERE code = "
            "'income:carried-over:main') WHERE amount = 100",
            "ledger",
            "entry",
        ),
        ("DELETE FROM funding_transfer WHERE amount = 100", "ledger", "no such entry"),
        ("UPDATE funding_campaign SET currency = 'EUR'", "ledger", "its campaign is not"),
        ("UPDATE discussion_discussion SET count = 7", "discussions", "counts 7, 2 are visible"),
        (
            "UPDATE discussion_comment SET replies_shown = 5 WHERE depth = 1",
            "discussions",
            "counts 5 replies, 1 are shown",
        ),
        (
            "UPDATE discussion_comment SET path = 'elsewhere' WHERE depth = 2",
            "discussions",
            "does not lie under its parent",
        ),
        ("DELETE FROM stories_version", "versions", "without a version"),
        ("UPDATE stories_version SET content = content || ' '", "versions", "commits to"),
        ("UPDATE stories_version SET digest = 'x'", "versions", "commits to"),
        ("UPDATE record_salt SET salt = body FROM record_entry", "versions", "commits to"),
        ("UPDATE record_log SET size = size + 1", "record", "entries and holds"),
        (
            "UPDATE record_entry SET \"index\" = -1 WHERE kind = 'sum.carried'",
            "record",
            "holds",
        ),
        ("UPDATE record_entry SET kind = 'test.other'", "record", "damaged"),
        ("UPDATE record_entry SET subject = 'story:77'", "record", "damaged"),
    ],
)
def test_damage_is_named_with_its_place(defenceless, damage, part, says):
    write(damage)
    assert any(says in problem for problem in problems()[part]), problems()


def test_an_entry_whose_bytes_were_changed_is_named(defenceless):
    for body in (b"", b"{", b"[]", b'{"kind": "gift.received"}', b"\xff\xfe"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE record_entry SET body = %s WHERE kind = 'gift.received'", [body])
            found = problems()
            assert sum("damaged" in problem for problem in found["record"]) == 2
            assert sum("is not what entry" in problem for problem in found["ledger"]) == 2
            transaction.set_rollback(True)


def test_a_sum_in_the_record_alone_is_named(paper, campaign):
    facts = {"amount": 5, "currency": "USD", "debit": "assets:bank", "credit": "income:gifts:main"}
    append("gift.received", f"campaign:{campaign.pk}", dt.date(2026, 1, 2), facts)
    [problem] = problems()["ledger"]
    assert problem.endswith("of the record says gift.received, the ledger has no such entry")


@pytest.mark.skipif(f"not {SQLITE}", reason="PostgreSQL decides these itself")
@pytest.mark.parametrize(
    ("answer", "says"), [("journal_mode", "WAL"), ("synchronous", "power loss")]
)
def test_a_database_that_could_lose_a_gift_is_named(paper, monkeypatch, answer, says):
    # The real statements cannot run inside of a test's transaction.
    unsafe = {"journal_mode": ("delete",), "synchronous": (1,)}
    real = connection.cursor

    class Cursor:
        def __init__(self) -> None:
            self.inner, self.last = real(), ""

        def __enter__(self) -> "Cursor":
            return self

        def __exit__(self, *error) -> None:
            self.inner.close()

        def execute(self, statement: str, *arguments) -> None:
            self.last = statement.removeprefix("PRAGMA ")
            self.inner.execute(statement, *arguments)

        def fetchone(self) -> tuple:
            return unsafe[self.last] if self.last == answer else self.inner.fetchone()

        def __getattr__(self, name: str) -> Callable:
            return getattr(self.inner, name)

    monkeypatch.setattr(connection, "cursor", Cursor)
    assert says in problems()["database"][0]


def test_a_database_that_is_behind_is_named_before_anything_else(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'funding'")
    [finding] = run_checks()
    assert finding.name == "database"
    assert "migrations are not applied" in finding.problems[0]


def test_unprotecting_is_for_migrations_and_tests_alone():
    from pathlib import Path

    import pennypress

    callers = [
        file.name
        for file in Path(pennypress.__file__).parent.rglob("*.py")
        if "unprotect(" in file.read_text(encoding="utf-8") and file.parent.name != "migrations"
    ]
    assert callers == ["append_only.py"]
    assert callable(unprotect)
