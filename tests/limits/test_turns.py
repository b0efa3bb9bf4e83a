"""Turns, misses and shares: nobody waits behind a crowd that is one client."""

import asyncio
from ipaddress import ip_network

import pytest
from django.test import override_settings

from pennypress.limits import shares as shares_module
from pennypress.limits import turns as module
from pennypress.limits.shares import Shares
from pennypress.limits.turns import Busy, Misses, Turns

pytestmark = pytest.mark.once


def order_of(turns: Turns, *asked: tuple[str, bool]) -> list[str]:
    """In which order those get in who ask, while the only place is taken."""
    came: list[str] = []

    async def ask(address: str, first: bool) -> None:
        async with turns.turn(address, first=first):
            came.append(address)

    async def run() -> None:
        async with turns.turn("203.0.113.200"):
            tasks = [asyncio.create_task(ask(*one)) for one in asked]
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    return came


def test_networks_and_in_them_addresses_take_turns():
    crowd = [("192.0.2.1", True)] * 3 + [("192.0.2.2", True)]
    others = [("198.51.100.1", True), ("2001:db8::1", True)]
    assert order_of(Turns(1, 100), *crowd, *others) == [
        "192.0.2.1", "198.51.100.1", "2001:db8::1", "192.0.2.2", "192.0.2.1", "192.0.2.1",
    ]  # fmt: skip


def test_who_missed_nothing_goes_first():
    crowd = [(f"192.0.{n}.1", False) for n in range(5)]
    came = order_of(Turns(1, 100), *crowd, ("192.0.2.77", True))
    assert came[0] == "192.0.2.77"
    assert sorted(came[1:]) == sorted(address for address, _ in crowd)


def test_who_goes_away_gives_his_turn_on():
    async def run() -> list[str]:
        turns, came = Turns(1, 100), []

        async def ask(address: str) -> None:
            async with turns.turn(address):
                came.append(address)

        async with turns.turn("192.0.2.1"):
            tasks = [asyncio.create_task(ask(f"198.51.{n}.1")) for n in range(4)]
            await asyncio.sleep(0)
            tasks[0].cancel()
            await asyncio.sleep(0)
        tasks[1].cancel()  # at the very moment at which it is its turn
        await asyncio.gather(*tasks, return_exceptions=True)
        async with turns.turn("192.0.2.1"):
            return came

    assert asyncio.run(run()) == ["198.51.2.1", "198.51.3.1"]


def test_more_than_may_wait_are_turned_away(monkeypatch):
    monkeypatch.setattr(module, "MOST_OF_ONE", 2)

    async def run() -> None:
        turns = Turns(1, 10)
        turns.check_room("192.0.2.1")
        async with turns.turn("203.0.113.1"):

            async def ask(address: str) -> None:
                async with turns.turn(address):
                    pass

            tasks = []

            async def join(address: str) -> None:
                turns.check_room(address)
                tasks.append(asyncio.create_task(ask(address)))
                await asyncio.sleep(0)

            for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
                await join(address)
            with pytest.raises(Busy) as busy:
                turns.check_room("192.0.2.1")
            assert busy.value.of_one
            turns.check_room("")  # a proxy that does not say for whom: only all together count
            for address in ("192.0.2.3", "192.0.2.3", "192.0.2.4", "192.0.2.4", "192.0.2.5"):
                await join(address)
            with pytest.raises(Busy) as busy:  # four times as many for a network
                turns.check_room("192.0.2.6")
            assert busy.value.of_one
            for _ in range(2):
                await join("198.51.100.1")
            with pytest.raises(Busy) as busy:
                turns.check_room("203.0.113.9")
            assert not busy.value.of_one
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_misses_are_counted_by_address_and_network_and_forgotten(monkeypatch):
    monkeypatch.setattr(module, "MISSES_IN_A_MINUTE", 3)
    monkeypatch.setattr(module, "REMEMBERED", 20)
    misses = Misses()
    for _ in range(4):
        misses.note("192.0.2.1")
        misses.note("")
    assert misses.are_many("192.0.2.1")
    assert not misses.are_many("192.0.2.2")
    assert not misses.are_any("192.0.2.2")
    for number in range(2, 14):
        misses.note(f"192.0.2.{number}")
    assert misses.are_many("192.0.2.250")  # all of its network
    for number in range(100):
        misses.note(f"198.51.{number}.1")
    assert len(misses._counts) <= 20
    assert not misses.are_many("192.0.2.1")
    monkeypatch.setattr(module, "WINDOW_SECONDS", -1)
    assert not misses.are_any("198.51.99.1")


def test_an_address_of_ipv6_is_a_whole_64():
    shares = Shares(2)
    assert [shares.take(f"2001:db8:0:1::{n}") for n in range(3)] == [True, True, False]
    assert shares.take("2001:db8:0:2::1")
    shares.give_back("2001:db8:0:1::ffff")
    assert shares.take("2001:db8:0:1::5")


def test_who_holds_nothing_is_not_remembered():
    shares = Shares(3)
    for number in range(200):
        assert shares.take(f"10.0.{number}.1")
        shares.give_back(f"10.0.{number}.1")
        assert shares.take("")
        shares.give_back("")
    assert not shares._held


def test_the_operator_can_exempt_networks():
    with override_settings(UNLIMITED=(ip_network("192.0.2.0/24"),)):
        shares = Shares(1)
        assert all(shares.take("192.0.2.1") for _ in range(5))
        assert [shares.take("198.51.100.1") for _ in range(2)] == [True, False]
    assert shares_module.is_unlimited("")
