"""What readers and programs see of the fund: the meter, the open ledger, how to give, the API."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pennypress.funding.actions import carry_over, record_gift, save_campaign
from pennypress.funding.figures import read_meter
from pennypress.funding.models import Campaign, FundSettings
from pennypress.stories.actions import publish_story

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"


def page(reader, address: str) -> str:
    response = reader.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def meter_of(html: str) -> str:
    """The region of the meter."""
    regions = re.findall(r'<section id="meter".*?</section>', html, re.DOTALL)
    assert len(regions) == 1
    return regions[0]


def texts(html: str) -> list[str]:
    """The words between tags, with plain spaces."""
    pieces = re.sub(r"<[^>]*>", "\n", html).replace(NBSP, " ").splitlines()
    return [piece.strip() for piece in pieces if piece.strip()]


def listed_minor(html: str) -> list[int]:
    """The sums of the ledger's rows on a page, in cents."""
    cells = re.findall(r'<td class="money"><b>([\d,]+)(?:\.(\d\d))?\xa0\$</b></td>', html)
    return [int(whole.replace(",", "")) * 100 + int(part or 0) for whole, part in cells]


# ── The meter on a story's page ────────────────────────────────────────────────────────────────


def test_the_meter_says_start_midpoint_goal_and_raised(reader, story, campaign):
    record_gift(campaign, 78_900, "USD")
    meter = meter_of(page(reader, story.url))
    assert '<meter min="0" max="4700" value="789"' in meter
    assert re.search(r'id="meter" aria-label="[^"]+"', meter)
    assert 'href="/funding/"' in meter
    assert {"0 $", "2,350 $", "4,700 $", "789 $"} <= set(texts(meter))


def test_without_a_campaign_there_is_no_meter(reader, story):
    assert 'id="meter"' not in page(reader, story.url)


def test_without_a_goal_the_sum_stands_as_text_alone(reader, story, campaign):
    campaign.goal = None
    save_campaign(campaign)
    record_gift(campaign, 78_900, "USD")
    meter = meter_of(page(reader, story.url))
    assert "<meter" not in meter
    assert "789 $" in texts(meter)


def test_beyond_the_goal_the_meter_is_full_and_the_text_true(reader, story, campaign):
    record_gift(campaign, 500_025, "USD")
    meter = meter_of(page(reader, story.url))
    assert '<meter min="0" max="4700" value="4700"' in meter
    assert "5,000.25 $" in texts(meter)
    assert read_meter(campaign, "en").percent == 106


@pytest.mark.parametrize(
    ("language", "midpoint", "goal"),
    [("en", "2,350 $", "4,700 $"), ("de", "2.350 $", "4.700 $"), ("ar", "2,350 $", "4,700 $")],
)
def test_the_meter_writes_numbers_in_the_pages_language(reader, campaign, language, midpoint, goal):
    prefix = "" if language == "en" else f"/{language}"
    meter = meter_of(page(reader, f"{prefix}/funding/"))
    assert {midpoint, goal} <= set(texts(meter))
    assert 'max="4700"' in meter


@pytest.mark.parametrize(
    ("currency", "goal", "raised", "markup"),
    [
        ("JPY", 4_701, 789, 'max="4701" value="789"'),
        ("KWD", 4_700_500, 789_001, 'max="4700.5" value="789.001"'),
        ("USD", 1, 1, 'max="0.01" value="0.01"'),
        ("USD", 10**15, 10**15 - 1, 'max="10000000000000" value="9999999999999.99"'),
    ],
)
def test_the_meters_markup_is_exact_in_any_currency(reader, site, currency, goal, raised, markup):
    campaign = save_campaign(Campaign(slug="main", title="A year", currency=currency, goal=goal))
    record_gift(campaign, raised, currency)
    assert f'<meter min="0" {markup}' in meter_of(page(reader, "/"))


def test_a_story_shows_its_own_campaigns_meter(reader, story, section, campaign):
    boat = save_campaign(Campaign(slug="boat", title="A boat", currency="EUR", goal=90_000))
    record_gift(campaign, 78_900, "USD")
    record_gift(boat, 4_500, "EUR")
    story.campaign = boat
    publish_story(story, section)
    meter = meter_of(page(reader, story.url))
    assert '<meter min="0" max="900" value="45"' in meter
    assert "45 €" in texts(meter)
    assert '<meter min="0" max="4700" value="789"' in meter_of(page(reader, "/"))


def test_a_sum_carried_over_is_marked_wherever_it_counts(reader, campaign):
    carry_over(campaign, 70_000, "USD", source="old site")
    record_gift(campaign, 8_900, "USD")
    for address in ("/", "/funding/", "/campaigns/main/"):
        assert "700 $ of it carried over" in page(reader, address).replace(NBSP, " ")
    ledger = page(reader, "/funding/")
    rows = re.findall(r'<tr id="entry-\d+"( class="carried")?>(.*?)</tr>', ledger, re.DOTALL)
    assert len(rows) == 2
    assert [bool(mark) for mark, row in rows] == ["Carried over" in row for mark, row in rows]
    assert sum("As the earlier site or box stated it" in row for mark, row in rows) == 1
    kinds = {
        entry["kind"]: (entry["debit"], entry["credit"], entry["amount"])
        for entry in reader.get("/api/v1/funding/entries").json()["entries"]
    }
    assert kinds == {
        "carried-over": ("equity:carried-over", "income:carried-over:main", 70_000),
        "gift": ("assets:bank", "income:gifts:main", 8_900),
    }


# ── The open ledger ────────────────────────────────────────────────────────────────────────────


def test_the_entries_on_the_page_add_up_to_the_meter(reader, campaign):
    carry_over(campaign, 70_000, "USD", source="old site")
    for minor in (1, 99, 100, 123_456, 5_000_05):
        record_gift(campaign, minor, "USD")
    boat = save_campaign(Campaign(slug="boat", title="A boat", currency="USD"))
    record_gift(boat, 77_777, "USD")
    html = page(reader, "/funding/")
    assert sum(listed_minor(html)) == read_meter(campaign, "en").raised.minor
    assert len(listed_minor(html)) == 6
    total = re.search(r'<tfoot>.*<td class="money">(.*?)</td>', html, re.DOTALL)[1]
    assert total == read_meter(campaign, "en").raised_text
    other = page(reader, "/funding/?campaign=boat")
    assert listed_minor(other) == [77_777]


def test_the_pages_of_a_long_ledger_hold_every_entry_once(reader, campaign):
    today = timezone.localdate()
    for number in range(201):
        record_gift(campaign, 1 + number, "USD", day=today - dt.timedelta(days=number % 40))
    seen, sums = [], []
    for number in (1, 2):
        html = page(reader, f"/funding/?page={number}")
        seen += re.findall(r'<tr id="entry-(\d+)"', html)
        sums += listed_minor(html)
    assert len(seen) == len(set(seen)) == 201
    assert sum(sums) == read_meter(campaign, "en").raised.minor == 201 * 202 // 2
    assert len(re.findall('<tr id="entry-', page(reader, "/funding/"))) == 200
    assert reader.get("/funding/?page=3").status_code == 404

    walked, after = [], 0
    while after is not None:
        answer = reader.get(f"/api/v1/funding/entries?after={after}").json()
        walked += [entry["number"] for entry in answer["entries"]]
        after = answer["next"]
    assert walked == sorted(map(int, seen))


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=x", "page=1.0", "page=", "page=²", "page=" + "9" * 5_000,
        "campaign=none", "campaign=a:b", "campaign=a b", "campaign=" + "a" * 300,
    ],
)  # fmt: skip
def test_pages_and_campaigns_that_are_not_there_are_404(reader, campaign, query):
    assert reader.get(f"/funding/?{query}").status_code == 404


def test_without_a_campaign_the_ledger_says_so(reader, site):
    assert "No campaign has been opened yet." in page(reader, "/funding/")


def test_a_givers_name_is_shown_as_text_never_as_markup(reader, campaign):
    record_gift(campaign, 500, "USD", name="<script>alert(1)</script>")
    for address in ("/funding/", "/campaigns/main/"):
        html = page(reader, address)
        assert "<script>alert" not in html
        assert '<bdi class="who">&lt;script&gt;' in html


def test_the_ledgers_cost_does_not_grow_with_its_length(reader, campaign):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(reader, "/funding/")
        return len(captured)

    for number in range(3):
        record_gift(campaign, 100, "USD", name=f"Giver {number}")
    queries()  # the first request also learns where the site's root is
    few = queries()
    for number in range(60):
        record_gift(campaign, 100, "USD", name=f"Giver {number}")
    assert queries() == few


# ── Giving, and a campaign's own page ──────────────────────────────────────────────────────────


def test_how_to_give_names_the_account_once_it_is_written_down(reader, site):
    assert "has not written down its account yet" in page(reader, "/give/")
    fund = FundSettings.objects.get()
    fund.account_holder = "The Test Tide <Ltd>"
    fund.account_details = "Bank of Merrow\nIBAN XX00 1833"
    fund.reference_hint = "Gift"
    fund.save()
    html = page(reader, "/give/")
    assert "has not written down" not in html
    for words in ("The Test Tide &lt;Ltd&gt;", "Bank of Merrow", "IBAN XX00 1833", "<dd>Gift</dd>"):
        assert words in html


def test_a_campaigns_page_says_what_it_is_for_and_what_came_lately(reader, campaign):
    campaign.text = "A second reporter.\n\nAnd a boat."
    campaign.starts, campaign.ends = dt.date(2026, 1, 2), dt.date(2026, 12, 30)
    save_campaign(campaign)
    for number in range(25):
        record_gift(campaign, 100 + number, "USD")
    html = page(reader, "/campaigns/main/")
    assert "<p>A second reporter.</p>" in html
    assert 'datetime="2026-01-02"' in html
    assert 'datetime="2026-12-30"' in html
    assert listed_minor(html) == [124 - number for number in range(20)]
    assert 'href="/funding/?campaign=main"' in html


@pytest.mark.parametrize("slug", ["none", "a:b", "é"])
def test_a_campaign_that_is_not_there_is_404(reader, site, slug):
    assert reader.get(f"/campaigns/{slug}/").status_code == 404


# ── The API ────────────────────────────────────────────────────────────────────────────────────


def test_the_api_tells_every_campaigns_meter_in_minor_units(reader, campaign):
    save_campaign(Campaign(slug="boat", title="A boat", currency="JPY"))
    carry_over(campaign, 70_000, "USD", source="old site")
    record_gift(campaign, 8_900, "USD")
    assert reader.get("/api/v1/funding").json() == {
        "campaigns": [
            {
                "slug": "main",
                "title": "A year of the Tide",
                "currency": "USD",
                "goal": 470_000,
                "raised": 78_900,
                "carried_over": 70_000,
                "contributors": 1,
                "main": True,
            },
            {
                "slug": "boat",
                "title": "A boat",
                "currency": "JPY",
                "goal": None,
                "raised": 0,
                "carried_over": 0,
                "contributors": 0,
                "main": False,
            },
        ]
    }


def test_the_api_tells_every_entry_and_neither_reference_nor_time_of_day(reader, campaign):
    day = timezone.localdate() - dt.timedelta(days=3)
    transfer = record_gift(campaign, 8_900, "USD", name="Ann", reference="SECRET-REF", day=day)
    response = reader.get("/api/v1/funding/entries")
    assert response.json() == {
        "entries": [
            {
                "number": transfer.pk,
                "day": day.isoformat(),
                "kind": "gift",
                "amount": 8_900,
                "currency": "USD",
                "debit": "assets:bank",
                "credit": "income:gifts:main",
                "campaign": "main",
                "name": "Ann",
            }
        ],
        "next": None,
    }
    for address in ("/funding/", "/campaigns/main/", "/api/v1/funding"):
        assert b"SECRET-REF" not in reader.get(address).content


@pytest.mark.parametrize("after", ["-1", "x", "1.5", ""])
def test_a_cursor_that_is_no_number_is_a_problem_document(reader, campaign, after):
    response = reader.get(f"/api/v1/funding/entries?after={after}")
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["where"] == "after"


def test_beyond_the_last_entry_there_are_none(reader, campaign):
    record_gift(campaign, 8_900, "USD")
    for after in (10**9, 10**18, 10**30):
        answer = reader.get(f"/api/v1/funding/entries?after={after}")
        assert answer.json() == {"entries": [], "next": None}
