"""The connected people, by process of the desk. All functions run inside a unit of work.

Each process has a lease, which it renews while it runs. The connections of a process whose lease has ended do not
count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlmodel import col, delete, select

from chat.adapters.tables import ConnectedRow
from storage.leases import leased
from storage.ports import Tx
from storage.tables import ClaimRow
from storage.upsert import insert_for

LEASE = "process:"
"""The start of the name of a process's lease. The id of the process follows."""


class Connected(NamedTuple):
    """A person who is connected to a process. `active_at` is the time of a staff member's last activity there."""

    id: str
    staff: bool
    active_at: int


def living(tx: Tx, now: int, besides: str) -> set[str]:
    """The ids of the processes whose lease has not ended, except `besides`."""
    return {job.removeprefix(LEASE) for job in leased(tx, LEASE, now)} - {besides}


def came(tx: Tx, process: str, people: Iterable[Connected]) -> None:
    """Record that these people are connected to the process, or when they were last active there."""
    rows = [{"process": process, "id": one.id, "staff": one.staff, "active_at": one.active_at} for one in people]
    if rows:
        insert = insert_for(tx.dialect, ConnectedRow).values(rows)
        changed = {"active_at": insert.excluded.active_at}
        tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["process", "id"], set_=changed))


def went(tx: Tx, process: str, ids: Collection[str]) -> None:
    """Record that these people are no longer connected to the process."""
    tx.session.exec(delete(ConnectedRow).where(col(ConnectedRow.process) == process, col(ConnectedRow.id).in_(ids)))


def ended(tx: Tx, processes: Collection[str]) -> None:
    """Remove the connections of processes that have ended."""
    tx.session.exec(delete(ConnectedRow).where(col(ConnectedRow.process).in_(processes)))


def known_processes(tx: Tx) -> set[str]:
    """The processes to which somebody is connected, whether their lease has ended or not."""
    return set(tx.session.exec(select(ConnectedRow.process).distinct()))


def of_processes(
    tx: Tx, processes: Collection[str], ids: Collection[str] | None = None, *, staff_only: bool = False
) -> list[Connected]:
    """The people who are connected to these processes. With `ids`, only these people."""
    query = select(ConnectedRow).where(col(ConnectedRow.process).in_(processes))
    if ids is not None:
        query = query.where(col(ConnectedRow.id).in_(ids))
    if staff_only:
        query = query.where(col(ConnectedRow.staff))
    return [Connected(row.id, row.staff, row.active_at) for row in tx.session.exec(query)]


def hosts(tx: Tx, now: int) -> set[str]:
    """The ids of the hosts with a process whose lease has not ended. The id of a process begins with that of its host
    and a dot."""
    return {process.partition(".")[0] for process in living(tx, now, besides="")}


def forget(tx: Tx, host: str) -> None:
    """Remove the leases and connections of all processes of a host."""
    tx.session.exec(delete(ClaimRow).where(col(ClaimRow.job).startswith(f"{LEASE}{host}.")))
    tx.session.exec(delete(ConnectedRow).where(col(ConnectedRow.process).startswith(f"{host}.")))
