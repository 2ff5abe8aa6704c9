"""System availability on both databases: `availability` over `availability.adapters.store`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import pytest

from availability.adapters.store import SqlAvailability
from availability.board import BACK_MS
from availability.incident import Correction, NewIncident, NewUpdate, Reported
from availability.maintenance import MaintenanceChange, NewMaintenance
from availability.planning import Planning
from availability.ports import Notice
from availability.reading import Overview, Reading
from availability.reporting import Reporting
from availability.states import State
from identity.actor import Actor
from refusals import Refused
from storage.ports import Storage, Tx

HOUR, DAY = 3_600_000, 86_400_000
NOW = 1_795_000_000_000
INES = Actor(kind="staff", id="ines", role="supervisor")


@dataclass
class Told:
    """Keeps what would be told, found and audited."""

    notices: list[Notice] = field(default_factory=list)
    found: list[Reported] = field(default_factory=list)
    audited: list[tuple[str, str]] = field(default_factory=list)

    def announce(self, tx: Tx, notice: Notice) -> None:
        self.notices.append(notice)

    def put(self, tx: Tx, reported: Reported) -> None:
        self.found.append(reported)

    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str, detail: Mapping[str, object], now: int
    ) -> None:
        self.audited.append((verb, thing))


class Systems:
    """Two components on a database: Orders of a product, and Sign-in of all."""

    def __init__(self, storage: Storage) -> None:
        self.storage, self.told = storage, Told()
        store = SqlAvailability()
        self.reading = Reading(store)
        self.reporting = Reporting(store, self.told, self.told, self.told)
        self.planning = Planning(store, self.told, self.told)

    async def begin(self) -> tuple[int, int]:
        def add(tx: Tx) -> tuple[int, int]:
            orders = self.reporting.add_component(tx, INES, "Orders", "Spectra OX", 1, NOW - 90 * DAY)
            sign_in = self.reporting.add_component(tx, INES, "Sign-in", "", 2, NOW - 90 * DAY)
            return orders.id, sign_in.id

        return await self.storage.write(add)

    async def open(
        self, affects: Mapping[int, State], now: int = NOW, began_at: int | None = None, *, banner: bool = True
    ) -> int:
        new = NewIncident(title="Orders are slow", text="We look.", affects=affects, banner=banner, began_at=began_at)
        return (await self.storage.write(lambda tx: self.reporting.open_incident(tx, INES, new, now))).incident.id

    async def update(self, id_: int, said: NewUpdate, now: int) -> Reported:
        return await self.storage.write(lambda tx: self.reporting.update(tx, INES, id_, said, now))

    async def overview(self, now: int) -> Overview:
        return await self.storage.read(lambda tx: self.reading.overview(tx, now, "UTC"))

    async def states(self, now: int) -> Mapping[int, State]:
        return (await self.overview(now)).board.states


@pytest.fixture
def systems(storage: Storage) -> Systems:
    return Systems(storage)


async def refused(work: Callable[[Tx], object], storage: Storage) -> tuple[str, list[str]]:
    with pytest.raises(Refused) as refusal:
        await storage.write(work)
    return refusal.value.code, sorted(refusal.value.fields or {})


async def test_incident_gives_its_components_a_state_until_it_is_resolved(systems: Systems) -> None:
    orders, sign_in = await systems.begin()
    id_ = await systems.open({orders: "partial_outage"}, began_at=NOW - HOUR)
    assert await systems.states(NOW) == {orders: "partial_outage", sign_in: "operational"}
    await systems.update(id_, NewUpdate(step="identified", text="Found.", affects={sign_in: "degraded"}), NOW + 1)
    assert await systems.states(NOW + 2) == {orders: "operational", sign_in: "degraded"}
    over = await systems.update(id_, NewUpdate(step="resolved", text="Over."), NOW + HOUR)
    assert [(one.step, one.text) for one in over.updates] == [
        ("resolved", "Over."),
        ("identified", "Found."),
        ("investigating", "We look."),
    ]
    assert (over.affects, over.touched, over.worst) == ({}, (orders, sign_in), "partial_outage")
    assert not over.incident.open
    found = await systems.overview(NOW + 2 * HOUR)
    assert (found.board.open, found.past[0].incident.id, found.board.last_resolved_at) == ([], id_, NOW + HOUR)
    assert found.board.overall == "operational"
    assert [found.histories[one].count("degraded") for one in (orders, sign_in)] == [0, 1]
    assert found.histories[sign_in].hundredths == 10_000 > found.histories[orders].hundredths


async def test_end_of_an_incident_in_incident_mode_is_on_the_board_for_a_while(systems: Systems) -> None:
    orders, _ = await systems.begin()
    loud, quiet = await systems.open({orders: "degraded"}), await systems.open({orders: "degraded"}, banner=False)
    for id_ in (loud, quiet):
        await systems.update(id_, NewUpdate(step="resolved", text="Over."), NOW + HOUR)

    async def over(at: int) -> list[int]:
        return [one.incident.id for one in (await systems.overview(at)).board.over]

    assert await over(NOW + HOUR) == [loud] == await over(NOW + HOUR + BACK_MS - 1)
    assert await over(NOW + HOUR + BACK_MS) == []
    await systems.update(loud, NewUpdate(step="resolved", text="All is well."), NOW + HOUR + 1)
    assert await over(NOW + HOUR + 2) == [loud]
    off = partial(systems.reporting.correct, actor=INES, id_=loud, change=Correction(banner=False), now=NOW + HOUR + 3)
    await systems.storage.write(off)
    assert await over(NOW + HOUR + 4) == []


async def test_each_update_is_one_notice(systems: Systems) -> None:
    orders, _ = await systems.begin()
    id_ = await systems.open({orders: "degraded"})
    await systems.update(id_, NewUpdate(step="monitoring", text="Better."), NOW + 1)
    assert {one.products for one in systems.told.notices} == {("Spectra OX",)}
    told = [(one.id, one.version, one.new, one.line, one.components) for one in systems.told.notices]
    assert told == [(id_, 1, True, "We look.", (orders,)), (id_, 2, False, "Better.", (orders,))]
    assert [one.incident.step for one in systems.told.found] == ["investigating", "monitoring"]
    assert systems.told.audited[-2:] == [("open", "incident"), ("update", "incident")]


async def test_correction_of_times_recomputes_the_history_and_is_marked(systems: Systems) -> None:
    orders, _ = await systems.begin()
    id_ = await systems.open({orders: "major_outage"})
    await systems.update(id_, NewUpdate(step="resolved", text="Over."), NOW + HOUR)
    before = (await systems.overview(NOW + DAY)).histories[orders].hundredths
    change = Correction(began_at=NOW - 9 * HOUR, resolved_at=NOW + HOUR // 2)
    after = await systems.storage.write(lambda tx: systems.reporting.correct(tx, INES, id_, change, NOW + DAY))
    assert (after.incident.edited_at, len(systems.told.notices)) == (NOW + DAY, 2)
    found = (await systems.overview(NOW + DAY)).histories[orders]
    assert found.hundredths < before
    spans = await systems.storage.read(lambda tx: SqlAvailability().of_cause(tx, "incident", id_))
    assert [(one.began_at, one.ended_at) for one in spans] == [(NOW - 9 * HOUR, NOW + HOUR // 2)]


async def test_state_set_by_hand_offers_an_incident_if_none_names_the_component(systems: Systems) -> None:
    orders, sign_in = await systems.begin()

    async def set_(state: State, now: int) -> bool:
        return await systems.storage.write(lambda tx: systems.reporting.set_state(tx, INES, orders, state, now))

    assert await set_("degraded", NOW) is True
    assert await set_("major_outage", NOW + 1) is True
    assert await systems.states(NOW + 2) == {orders: "major_outage", sign_in: "operational"}
    await systems.open({orders: "degraded"}, NOW + 3)
    assert await set_("partial_outage", NOW + 4) is False
    assert await set_("operational", NOW + 5) is False
    assert (await systems.states(NOW + 6))[orders] == "degraded"


async def test_maintenance_is_told_once_for_each_change(systems: Systems) -> None:
    orders, sign_in = await systems.begin()
    new = NewMaintenance(
        title="Read only", text="Kept.", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR, components=[orders]
    )
    planned = await systems.storage.write(lambda tx: systems.planning.plan(tx, INES, new, NOW))

    async def change(now: int, wanted: MaintenanceChange) -> None:
        await systems.storage.write(lambda tx: systems.planning.change(tx, INES, planned.id, wanted, now))

    await change(NOW, MaintenanceChange(text="Kept safe."))
    await change(NOW, MaintenanceChange(starts_at=NOW + HOUR // 2, note="Earlier."))
    await change(NOW, MaintenanceChange(components=[sign_in]))
    assert (await systems.states(NOW + HOUR))[sign_in] == "maintenance"
    assert (await systems.states(NOW + HOUR))[orders] == "operational"
    await change(NOW + HOUR, MaintenanceChange(end=True))
    assert (await systems.states(NOW + HOUR))[sign_in] == "operational"
    told = [(one.version, one.new, one.line, one.components) for one in systems.told.notices]
    assert told == [
        (1, True, "Kept.", (orders,)),
        (2, False, "Earlier.", (orders,)),
        (3, False, "", (orders, sign_in)),
        (4, False, "", (sign_in,)),
    ]


async def test_cancelled_maintenance_does_not_count(systems: Systems) -> None:
    orders, _ = await systems.begin()
    new = NewMaintenance(title="Work", text="", starts_at=NOW + 1, ends_at=NOW + HOUR, components=[orders])
    planned = await systems.storage.write(lambda tx: systems.planning.plan(tx, INES, new, NOW))
    cancel = MaintenanceChange(cancel=True)
    await systems.storage.write(lambda tx: systems.planning.change(tx, INES, planned.id, cancel, NOW))
    found = await systems.overview(NOW + 2)
    assert (found.board.ahead, found.board.overall) == ([], "operational")
    again = await refused(lambda tx: systems.planning.change(tx, INES, planned.id, cancel, NOW + 2), systems.storage)
    assert again == ("conflict", ["id"])


async def test_impossible_incidents_are_refused(systems: Systems) -> None:
    orders, _ = await systems.begin()
    id_ = await systems.open({orders: "degraded"})
    await systems.update(id_, NewUpdate(step="resolved", text="Over."), NOW + 1)
    wrong: list[tuple[NewIncident, tuple[str, list[str]]]] = [
        (NewIncident(title=" ", text="x"), ("invalid", ["title"])),
        (NewIncident(title="a\nb", text="x"), ("invalid", ["title"])),
        (NewIncident(title="x" * 121, text="x"), ("too_large", ["title"])),
        (NewIncident(title="x", text=" "), ("invalid", ["text"])),
        (NewIncident(title="x", text="x", began_at=NOW + DAY), ("invalid", ["began_at"])),
        (NewIncident(title="x", text="x", next_at=NOW), ("invalid", ["next_update_at"])),
        (NewIncident(title="x", text="x", affects={4711: "degraded"}), ("invalid", ["affects"])),
        (NewIncident(title="x", text="x", affects={orders: "operational"}), ("invalid", ["affects"])),
    ]
    for new, expected in wrong:
        opening = partial(systems.reporting.open_incident, actor=INES, new=new, now=NOW + 1)
        assert await refused(opening, systems.storage) == expected
    back = NewUpdate(step="identified", text="x")
    assert await refused(lambda tx: systems.reporting.update(tx, INES, id_, back, NOW + 2), systems.storage) == (
        "conflict",
        ["step"],
    )
    assert (await refused(lambda tx: systems.reporting.update(tx, INES, 4711, back, NOW), systems.storage))[
        0
    ] == "not_found"
