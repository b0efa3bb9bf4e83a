"""The ledger: what may be booked, what is refused, and that every figure is the sum of its rows."""

import datetime as dt
import json
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pennypress.delivery.models import Sequence, Tag
from pennypress.funding.actions import FundingRefused, carry_over, record_gift, save_campaign
from pennypress.funding.figures import raised_minor, read_meter
from pennypress.funding.models import Campaign, GiverName, LedgerAccount, Transfer
from pennypress.funding.money import MOST_MINOR, BadAmount, exponent
from pennypress.record.models import Entry, Log, Salt
from tests.record.committed import at_once

TOMORROW = dt.timedelta(days=1)


def all_rows() -> dict[str, list]:
    """Everything that a verb of the fund could write."""
    return {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for model in (Transfer, GiverName, LedgerAccount, Campaign, Entry, Salt, Log, Tag, Sequence)
    }


def facts_of(transfer: Transfer) -> dict:
    return json.loads(bytes(Entry.objects.get(pk=transfer.entry).body))


class Fund(RuleBasedStateMachine):
    """Random histories of a fund in several currencies, beside a plain model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.campaigns: dict[str, dict] = {}
        self.keys: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def attempt(self, allowed: bool, call) -> bool:
        """Make the call: it succeeds exactly when allowed, and a refusal leaves no trace."""
        before = all_rows()
        try:
            call()
        except (FundingRefused, BadAmount):
            assert not allowed
            assert all_rows() == before
            return False
        assert allowed
        moved = Sequence.objects.get().value - (before["Sequence"] or [(1, 0)])[0][1]
        assert moved == 1
        assert Log.objects.get().size - (before["Log"] or [(1, 0)])[0][1] == 1
        return True

    @initialize()
    def open_main(self) -> None:
        self.open("main", "USD", 470_000)

    @rule(
        slug=st.sampled_from(["main", "boat", "press", "not a slug", ""]),
        currency=st.sampled_from(["USD", "JPY", "KWD", "EUR", "QQQ"]),
        goal=st.sampled_from([None, 0, -5, 1, 4_701, MOST_MINOR, MOST_MINOR + 1]),
    )
    def open(self, slug, currency, goal) -> None:
        allowed = (
            slug in {"main", "boat", "press"}
            and slug not in self.campaigns
            and currency != "QQQ"
            and (goal is None or 0 < goal <= MOST_MINOR)
        )
        campaign = Campaign(slug=slug, title="A fund", currency=currency, goal=goal)
        if self.attempt(allowed, partial(save_campaign, campaign)):
            self.campaigns[slug] = {"currency": currency, "goal": goal, "sums": []}

    @rule(
        data=st.data(),
        slug=st.sampled_from(["main", "boat", "press"]),
        currency=st.sampled_from(["USD", "EUR"]),
        goal=st.sampled_from([None, 0, 900]),
    )
    def change(self, data, slug, currency, goal) -> None:
        name = data.draw(st.sampled_from(sorted(self.campaigns)))
        known = self.campaigns[name]
        fixed = (slug, currency) == (name, known["currency"])
        allowed = (fixed or not known["sums"]) and goal != 0
        allowed = allowed and (slug == name or slug not in self.campaigns)
        campaign = Campaign.objects.get(slug=name)
        campaign.slug, campaign.currency, campaign.goal = slug, currency, goal
        if self.attempt(allowed, partial(save_campaign, campaign)):
            del self.campaigns[name]
            self.campaigns[slug] = known | {"currency": currency, "goal": goal}

    @rule(
        data=st.data(),
        kind=st.sampled_from(["gift", "carried-over"]),
        minor=st.one_of(
            st.integers(1, 10**6), st.sampled_from([0, -1, MOST_MINOR, MOST_MINOR + 1])
        ),
        right_currency=st.integers(0, 9).map(bool),
        reference=st.sampled_from(["", " R 1", "R 1", "r 1", "x" * 101, "tab\x07", "Caf\u00e9"]),
        days=st.sampled_from([0, 0, 400, -1]),
        name=st.sampled_from(["", "Ann", "B\x00b", "N" * 121, "\u202eevil", "\u2067x"]),
    )
    def book(self, data, kind, minor, right_currency, reference, days, name) -> None:
        slug = data.draw(st.sampled_from(sorted(self.campaigns)))
        known = self.campaigns[slug]
        currency = known["currency"] if right_currency else "XAU"
        if kind == "carried-over":
            reference, name = reference or "old site", ""
        key = (kind, " ".join(reference.split()))
        allowed = (
            right_currency
            and 0 < minor <= MOST_MINOR
            and days >= 0
            and len(reference) <= 100
            and "\x07" not in reference
            and name in {"", "Ann"}
            and not (key[1] and key in self.keys)
        )
        arguments = {"day": timezone.localdate() - dt.timedelta(days=days)}
        if kind == "gift":
            arguments |= {"reference": reference, "name": name}
        else:
            arguments |= {"source": reference}
        verb = record_gift if kind == "gift" else carry_over
        campaign = Campaign.objects.get(slug=slug)
        if self.attempt(allowed, partial(verb, campaign, minor, currency, **arguments)):
            known["sums"].append((kind, minor))
            self.keys.add(key)
            tags = dict(Tag.objects.values_list("name", "sequence"))
            now = Sequence.objects.get().value
            assert {name for name, at in tags.items() if at == now} == {
                f"campaign:{campaign.pk}",
                "ledger",
            }

    @invariant()
    def figures_are_the_sums_of_the_rows(self) -> None:
        assert Campaign.objects.count() == len(self.campaigns)
        for slug, known in self.campaigns.items():
            campaign = Campaign.objects.get(slug=slug)
            meter = read_meter(campaign, "en")
            raised = sum(minor for kind, minor in known["sums"])
            assert meter.raised.minor == raised_minor(campaign) == raised
            assert meter.raised.currency == known["currency"]
            assert meter.contributors == sum(kind == "gift" for kind, minor in known["sums"])
            carried = sum(minor for kind, minor in known["sums"] if kind == "carried-over")
            assert meter.carried_over.minor == carried
            unit = 10 ** exponent(known["currency"])
            written = meter.raised_text.split("\N{NO-BREAK SPACE}")[0].replace(",", "")
            assert Decimal(written) * unit == raised
            if known["goal"]:
                assert Decimal(meter.value) * unit == min(raised, known["goal"])
                assert Decimal(meter.max) * unit == known["goal"]
                assert meter.percent == raised * 100 // known["goal"]
            else:
                assert (meter.goal, meter.value, meter.max) == (None, "", "")

    @invariant()
    def the_record_has_every_sum_and_no_gap(self) -> None:
        size = Log.objects.values_list("size", flat=True).first() or 0
        assert list(Entry.objects.values_list("pk", flat=True).order_by("pk")) == [*range(size)]
        booked = [minor for known in self.campaigns.values() for kind, minor in known["sums"]]
        said = [
            json.loads(bytes(body))["facts"]["amount"]
            for body in Entry.objects.filter(kind__in=["gift.received", "sum.carried"]).values_list(
                "body", flat=True
            )
        ]
        assert sorted(said) == sorted(booked)


@pytest.mark.django_db
def test_any_history_keeps_figures_rows_and_record_in_step():
    run_state_machine_as_test(
        Fund,
        settings=hypothesis_settings(max_examples=8, stateful_step_count=20, deadline=None),
    )


# ── A gift ─────────────────────────────────────────────────────────────────────────────────────


def test_a_gift_moves_the_meter_and_says_which_accounts(campaign):
    transfer = record_gift(campaign, 78_900, "USD", reference="R1", received_in="cash")
    assert (transfer.debit.code, transfer.credit.code) == ("assets:cash", "income:gifts:main")
    assert read_meter(campaign, "en").value == "789"
    assert read_meter(campaign, "en").contributors == 1


def test_the_record_tells_sum_accounts_and_day_of_a_gift_and_nothing_of_the_giver(campaign):
    day = timezone.localdate() - TOMORROW
    transfer = record_gift(campaign, 1, "USD", name="Ann Giver", reference="IBAN 77", day=day)
    said = facts_of(transfer)
    assert said == {
        "commitments": {},
        "facts": {
            "amount": 1,
            "currency": "USD",
            "debit": "assets:bank",
            "credit": "income:gifts:main",
        },
        "kind": "gift.received",
        "subject": f"campaign:{campaign.pk}",
        "time": day.isoformat(),
    }


@pytest.mark.parametrize("minor", [12.5, Decimal(12), "12", True, None])
def test_an_amount_is_a_whole_number_of_minor_units(campaign, minor):
    with pytest.raises(FundingRefused, match="whole number"):
        record_gift(campaign, minor, "USD")


def test_a_gift_is_received_in_the_bank_or_in_cash(campaign):
    with pytest.raises(FundingRefused, match="bank or cash"):
        record_gift(campaign, 1, "USD", received_in="equity")


def test_a_day_that_has_not_come_is_refused_in_the_newsrooms_time_zone(campaign, settings):
    settings.TIME_ZONE = "Pacific/Kiritimati"  # 14 hours ahead
    record_gift(campaign, 1, "USD", day=timezone.localdate())
    with pytest.raises(FundingRefused, match="has not come"):
        record_gift(campaign, 1, "USD", day=timezone.localdate() + TOMORROW)


def test_one_reference_books_one_gift_however_it_is_spaced_or_composed(campaign):
    record_gift(campaign, 5, "USD", reference="Café 1")
    for again in ("Café 1", " Café  1 ", "Cafe\u0301 1"):
        with pytest.raises(FundingRefused, match="already in the ledger"):
            record_gift(campaign, 5, "USD", reference=again)
    record_gift(campaign, 5, "USD")
    record_gift(campaign, 5, "USD")  # without a reference nothing says that it is the same
    assert read_meter(campaign, "en").contributors == 3


def test_one_reference_counts_for_all_campaigns(campaign):
    other = save_campaign(Campaign(slug="boat", title="A boat", currency="EUR"))
    record_gift(campaign, 5, "USD", reference="R1")
    with pytest.raises(FundingRefused):
        record_gift(other, 5, "EUR", reference="R1")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  Ann \n Giver ", "Ann Giver"),
        ("Zoe\u0308", "Zoë"),
        ("\u200b\ufeff", None),
        ("آنا", "آنا"),
        ("<b>Ann</b>", "<b>Ann</b>"),
    ],
)
def test_a_chosen_name_is_kept_on_one_line_without_unseen_characters(campaign, name, kept):
    transfer = record_gift(campaign, 5, "USD", name=name)
    assert GiverName.objects.filter(pk=transfer.pk).values_list("name", flat=True).first() == kept


@pytest.mark.parametrize(
    "name", ["a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\ud800b", "n" * 121]
)
def test_a_name_that_deceives_or_overflows_is_refused(campaign, name):
    before = all_rows()
    with pytest.raises(FundingRefused, match="name"):
        record_gift(campaign, 5, "USD", name=name)
    assert all_rows() == before


def test_a_givers_name_can_be_erased_and_the_ledger_stays(campaign, reader):
    transfer = record_gift(campaign, 78_900, "USD", name="Ann Giver")
    assert b"Ann Giver" in reader.get("/funding/").content
    rows = [list(Transfer.objects.values_list()), list(Entry.objects.values_list())]
    transfer.giver.delete()
    assert [list(Transfer.objects.values_list()), list(Entry.objects.values_list())] == rows
    assert b"Ann Giver" not in reader.get("/funding/").content
    assert reader.get("/api/v1/funding/entries").json()["entries"][0]["name"] is None
    assert read_meter(campaign, "en").raised.minor == 78_900


# ── A campaign ─────────────────────────────────────────────────────────────────────────────────


def test_currency_and_slug_are_fixed_with_the_first_sum_and_the_rest_is_not(campaign):
    campaign.currency, campaign.slug = "EUR", "euros"
    save_campaign(campaign)
    record_gift(campaign, 5, "EUR")
    for field, value in (("currency", "USD"), ("slug", "dollars")):
        changed = Campaign.objects.get()
        setattr(changed, field, value)
        with pytest.raises(FundingRefused, match="fixed"):
            save_campaign(changed)
    campaign = Campaign.objects.get()
    campaign.title, campaign.goal = "Another year", None
    save_campaign(campaign)
    assert (Campaign.objects.get().slug, Campaign.objects.get().currency) == ("euros", "EUR")


def test_a_gift_goes_to_the_campaign_as_it_is_now_not_as_it_was_loaded(campaign):
    stale = Campaign.objects.get()
    campaign.currency = "EUR"
    save_campaign(campaign)
    before = all_rows()
    with pytest.raises(FundingRefused, match="EUR"):
        record_gift(stale, 5, "USD")
    campaign.slug = "renamed"
    save_campaign(campaign)
    with pytest.raises(FundingRefused, match="no campaign"):
        record_gift(stale, 5, "EUR")
    assert all_rows()["Transfer"] == before["Transfer"] == []


def test_opening_a_campaign_makes_every_page_stale_and_changing_it_those_that_name_it(campaign):
    opened = dict(Tag.objects.values_list("name", "sequence"))
    assert opened[f"campaign:{campaign.pk}"] == opened["site"]
    campaign.title = "Another year"
    save_campaign(campaign)
    changed = dict(Tag.objects.values_list("name", "sequence"))
    assert {name for name in changed if changed[name] != opened.get(name)} == {
        f"campaign:{campaign.pk}",
        "campaigns",
    }


def test_what_a_campaign_says_is_committed_to_and_not_in_the_record(campaign):
    campaign.text = "Marker words of a campaign"
    save_campaign(campaign)
    bodies = [bytes(body) for body in Entry.objects.values_list("body", flat=True)]
    assert not any(b"Marker" in body or campaign.title.encode() in body for body in bodies)
    assert json.loads(bodies[-1])["facts"] == {
        "currency": "USD",
        "goal": 470_000,
        "starts": None,
        "ends": None,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", ""), ("title", "t" * 201), ("slug", "s" * 61), ("slug", "a:b"), ("currency", "usd")],
)
def test_a_campaign_that_the_ledger_could_not_name_is_refused(campaign, field, value):
    setattr(campaign, field, value)
    before = all_rows()
    with pytest.raises((FundingRefused, BadAmount)):
        save_campaign(campaign)
    assert all_rows() == before


def test_a_campaign_does_not_end_before_it_starts(campaign):
    campaign.starts, campaign.ends = dt.date(2026, 2, 1), dt.date(2026, 1, 1)
    with pytest.raises(FundingRefused, match="before it starts"):
        save_campaign(campaign)


# ── What the database itself refuses ───────────────────────────────────────────────────────────


@pytest.fixture
def booked(campaign):
    return record_gift(campaign, 78_900, "USD", name="Ann")


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Transfer.objects.update(amount=1),
        lambda row: Transfer.objects.filter(pk=row.pk).update(day=dt.date(2020, 1, 1)),
        lambda row: row.save(),
        lambda row: Transfer.objects.bulk_update([row], ["amount"]),
        lambda row: Transfer.objects.all().delete(),
        lambda row: Transfer.objects.all()._raw_delete("default"),
        lambda row: Transfer.objects.bulk_create(
            [Transfer(pk=row.pk, key="other", kind="gift", debit=row.debit, credit=row.credit,
                      amount=5, currency="USD", day=row.day, entry=999)],
            update_conflicts=True, unique_fields=["id"], update_fields=["amount"],
        ),
        "UPDATE funding_transfer SET amount = 1",
        "UPDATE funding_transfer SET key = 'other'",
        "DELETE FROM funding_transfer",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_or_delete_a_ledger_row(booked, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if callable(change):
            change(booked)
        else:
            connection.cursor().execute(change)
    assert raised_minor(Campaign.objects.get()) == 78_900


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no TRUNCATE")
def test_the_database_refuses_to_empty_the_ledger(booked):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(
            "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE funding_transfer CASCADE"
        )


@pytest.mark.parametrize("amount", [0, -5])
def test_the_database_refuses_an_amount_that_is_not_positive(booked, amount):
    booked.pk, booked.key, booked.entry, booked.amount = None, "k", 99, amount
    with pytest.raises(DatabaseError), transaction.atomic():
        booked.save(force_insert=True)


def test_the_database_refuses_an_entry_from_an_account_to_itself(booked):
    booked.pk, booked.key, booked.entry, booked.debit = None, "k", 99, booked.credit
    with pytest.raises(DatabaseError), transaction.atomic():
        booked.save(force_insert=True)


@pytest.mark.parametrize("same", ["key", "entry"])
def test_the_database_refuses_to_book_one_fact_twice(booked, same):
    booked.pk = None
    if same != "key":
        booked.key = "other"
    if same != "entry":
        booked.entry = 99
    with pytest.raises(DatabaseError), transaction.atomic():
        booked.save(force_insert=True)


# ── Several at once ────────────────────────────────────────────────────────────────────────────


def test_one_reference_at_once_from_many_books_one_gift(committed):
    campaign = save_campaign(Campaign(slug="main", title="A year", currency="USD"))
    outcomes = at_once(
        *[partial(record_gift, campaign, 500, "USD", reference="R1") for _ in range(6)]
    )
    assert sum(isinstance(outcome, Transfer) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, FundingRefused) for outcome in outcomes) == 5, outcomes
    assert raised_minor(campaign) == 500
    assert Log.objects.get().size == Entry.objects.count() == 2


def test_gifts_at_once_all_count_and_leave_no_gap(committed):
    campaign = save_campaign(Campaign(slug="main", title="A year", currency="USD"))

    def give() -> int:
        for minor in range(1, 6):
            record_gift(campaign, minor, "USD")
        return 5

    assert at_once(*[give] * 4) == [5] * 4
    assert raised_minor(campaign) == 4 * 15
    assert list(Entry.objects.values_list("pk", flat=True).order_by("pk")) == [*range(21)]
    assert Sequence.objects.get().value == 21
    assert LedgerAccount.objects.count() == 2


def test_a_currency_cannot_change_while_the_first_gift_is_booked(committed):
    campaign = save_campaign(Campaign(slug="main", title="A year", currency="USD"))
    changed = Campaign.objects.get()
    changed.currency = "EUR"
    for _ in range(5):
        outcomes = at_once(
            partial(record_gift, campaign, 500, "USD"), partial(save_campaign, changed)
        )
        assert sum(isinstance(outcome, FundingRefused) for outcome in outcomes) == 1, outcomes
        stored = Campaign.objects.get()
        assert not Transfer.objects.exclude(currency=stored.currency).exists()
        if Transfer.objects.exists():
            break
        stored.currency = "USD"
        save_campaign(stored)
