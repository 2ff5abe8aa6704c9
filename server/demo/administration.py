"""Examples for the pages of the administration: an invitation that was not used yet, and a change of a colleague."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from identity.actor import Actor
from identity.adapters.people import People
from identity.adapters.staff_links import SqlStaffLinkStore
from identity.adapters.store import SqlStore as SqlStaffStore
from identity.joining import Joining as StaffJoining
from routing.adapters import store
from storage.ports import Tx


def add_examples(tx: Tx, people: People, staff: Mapping[str, Actor], teams: Sequence[str], now: int) -> None:
    """`staff`: the demo's people, by first name."""
    admin = next(actor for actor in staff.values() if actor.role == "admin")
    joining = StaffJoining(SqlStaffStore(), SqlStaffLinkStore())
    invited, _ = joining.invite(
        tx,
        admin,
        email="sunniva@support.example",
        name="Sunniva Aasen",
        roles=["agent"],
        teams=["prod"],
        known_teams=teams,
        now=now,
    )
    store.enrol(tx, invited.id, now, 3)
    detail = {"capacity": 5, "was_capacity": 4}
    people.record(tx, admin, "change", "user", staff["Hannah"].id, detail, now)
