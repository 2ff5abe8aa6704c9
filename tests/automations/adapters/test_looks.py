"""The tickets that rules with a time look at. On both databases."""

from __future__ import annotations

from functools import partial

from automations.adapters.store import SqlStore
from automations.rule import Actions, Rule
from automations.timing import Handled, Time
from storage.ports import Storage, Tx

STORE = SqlStore()


def rule(id: str, position: int = 1) -> Rule:
    return Rule(
        id=id,
        name="Waits",
        position=position,
        enabled=True,
        event="ticket.time_passed",
        time=Time("waiting", 8, business=True),
        conditions=(),
        actions=Actions(priority="high"),
        created_at=5,
        since=7,
    )


async def test_rule_keeps_its_time_and_place(storage: Storage) -> None:
    def unit(tx: Tx) -> None:
        for one in (rule("a"), rule("b", 2)):
            STORE.keep(tx, one)
        STORE.place(tx, "a", 3)

    await storage.write(unit)
    assert [one.id for one in await storage.read(STORE.rules)] == ["b", "a"]
    found = await storage.write(lambda tx: STORE.find(tx, "b"))
    assert found == rule("b", 2)
    assert await storage.read(lambda tx: STORE.names(tx, ["a", "gone"])) == {"a": "Waits"}


async def test_ticket_is_looked_at_once_and_the_earliest_first(storage: Storage) -> None:
    def enter(tx: Tx) -> None:
        STORE.look(tx, [3, 1, 2], 50)
        STORE.look(tx, [1], 40)
        # It is entered already.
        STORE.look_later(tx, 2, 10)
        STORE.look_later(tx, 4, 60)
        STORE.look(tx, [], 10)

    await storage.write(enter)
    assert await storage.read(lambda tx: STORE.looks(tx, 39, 9)) == []
    assert (await storage.read(lambda tx: STORE.looks(tx, 60, 9)))[0] == 1
    assert set(await storage.read(lambda tx: STORE.looks(tx, 50, 9))) == {1, 2, 3}
    assert len(await storage.read(lambda tx: STORE.looks(tx, 60, 2))) == 2
    taken = [await storage.write(lambda tx: STORE.take_look(tx, 1, 40)) for _ in range(2)]
    assert taken == [True, False]
    # It is not due yet.
    assert not await storage.write(lambda tx: STORE.take_look(tx, 2, 49))


async def test_what_rules_have_done_on_a_ticket_is_kept(storage: Storage) -> None:
    kept = Handled(4, 2, {"first_reply": 4, "resolution": 6})

    def unit(tx: Tx) -> None:
        STORE.handle(tx, "a", 1, Handled(5, 1))
        STORE.handle(tx, "a", 1, kept)
        STORE.handle(tx, "b", 1, Handled(9, 1))

    await storage.write(unit)
    assert await storage.read(lambda tx: STORE.handled(tx, 1)) == {"a": kept, "b": Handled(9, 1)}


async def test_rule_begins_anew_for_what_is_not_over(storage: Storage) -> None:
    def unit(tx: Tx) -> None:
        for ticket, began in ((1, 50), (2, 51), (3, 60)):
            STORE.handle(tx, "a", ticket, Handled(began, 1))
            STORE.handle(tx, "b", ticket, Handled(began, 1))
        STORE.begin_anew(tx, "a", [1, 2], 50)
        STORE.begin_anew(tx, "b", [], 0)

    await storage.write(unit)
    began = {
        ticket: {rule: one.began for rule, one in (await storage.read(partial(STORE.handled, ticket=ticket))).items()}
        for ticket in (1, 2, 3)
    }
    assert began == {1: {"a": 50, "b": 50}, 2: {"a": None, "b": 51}, 3: {"a": 60, "b": 60}}


async def test_rules_look_at_all_tickets_side_by_side(storage: Storage) -> None:
    def unit(tx: Tx) -> None:
        for id in ("a", "b"):
            STORE.keep(tx, rule(id))
            STORE.look_at_all(tx, id, "")
        STORE.looked(tx, ["a", "b"], 0, 1_000)
        STORE.look_at_all(tx, "b", "new hours")

    await storage.write(unit)
    assert await storage.read(STORE.looking) == {"a": (1_000, ""), "b": (0, "new hours")}
    # The second one has begun again meanwhile.
    await storage.write(lambda tx: STORE.looked(tx, ["a", "b"], 1_000, None))
    assert await storage.read(STORE.looking) == {"a": (None, ""), "b": (0, "new hours")}
    await storage.write(lambda tx: STORE.remove(tx, "b"))
    assert await storage.read(STORE.looking) == {"a": (None, "")}
    await storage.write(STORE.look_at_all_again)
    assert await storage.read(STORE.looking) == {"a": (0, "")}
