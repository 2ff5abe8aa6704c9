"""Bans in the database, tested by `tests/contracts/test_bans.py`."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, func, update
from sqlmodel import col, select
from uuid_utils import uuid7

from identity.actor import Actor
from identity.adapters.store import SqlStore
from identity.adapters.tables import BanRow
from identity.audit import line
from identity.bans import BANS_MAX, KINDS, Ban, BanKind, BanList, ends_at
from refusals import Refused
from storage.ports import Tx


def block(
    tx: Tx,
    by: Actor,
    kind: BanKind,
    subject: str,
    hours: int,
    now: int,
    *,
    reason: str = "",
    chat: str | None = None,
    most: int = BANS_MAX,
) -> Ban:
    """Store a ban and an audit line, and return the ban. The new ban replaces an earlier ban of the same subject.

    `chat` is the chat that caused the ban. Raises Refused(invalid) for an invalid number of `hours`, and
    Refused(conflict) if the subject has no ban yet and `most` bans are in force.
    """
    until = ends_at(hours, now)
    # A ban that has ended gives its subject no place among those in force.
    expire(tx, now)
    row = tx.session.exec(select(BanRow).where(BanRow.kind == kind, BanRow.subject == subject)).first()
    if row is None:
        if tx.session.exec(select(func.count()).select_from(BanRow)).one() >= most:
            raise Refused("conflict", f"There are already {most} blocks. Lift some first.")
        row = BanRow(id=str(uuid7()), kind=kind, subject=subject, created_at=now, until=until)
    row.chat, row.reason, row.created_by = chat, reason.strip(), by.id or None
    row.created_at, row.until = now, until
    tx.session.add(row)
    tx.session.flush()
    row.refused, row.refused_at = 0, None
    tx.session.flush()
    detail = {"hours": hours, "reason": row.reason, "chat": chat}
    made = _ban(row)
    SqlStore().record(tx, line(by, "block", kind, _thing(made), detail, now))
    return made


def against_mail(tx: Tx, sender: str, customer: str | None, now: int) -> Ban | None:
    """The ban of mail from this address, or of the customer whose address it is. It counts the mail as refused."""
    query = select(BanRow).where(col(BanRow.until) > now, col(BanRow.kind).in_(["sender", "customer"]))
    bans = BanList(_ban(row) for row in tx.session.exec(query))
    actor = Actor(kind="customer", id=customer) if customer is not None else None
    ban = bans.blocking_sender(sender, now) or bans.blocking(actor, "", now)
    if ban is not None:
        count_refused(tx, {ban.id: 1}, now)
    return ban


def count_refused(tx: Tx, refused: Mapping[str, int], now: int) -> None:
    """Add what was refused, by the ids of the bans."""
    counted = update(BanRow).where(col(BanRow.id) == bindparam("of"))
    values = counted.values(refused=BanRow.refused + bindparam("more"), refused_at=now)
    rows = [{"of": id_, "more": more} for id_, more in sorted(refused.items())]
    tx.session.connection().execute(values, rows)


def _thing(ban: Ban) -> str:
    """What the audit calls the ban. It has no addresses of people."""
    return ban.id if ban.kind == "sender" else ban.subject


def in_force(tx: Tx, now: int) -> list[Ban]:
    """The current bans, newest first."""
    query = select(BanRow).where(col(BanRow.until) > now).order_by(col(BanRow.created_at).desc(), col(BanRow.id))
    return [_ban(row) for row in tx.session.exec(query)]


def lift(tx: Tx, by: Actor, id: str, now: int) -> Ban:
    """End a ban, add an audit line and return the ban. Raises Refused(not_found) if there is no such ban, or if it has
    ended."""
    row = tx.session.get(BanRow, id)
    if row is None or row.until <= now:
        raise Refused("not_found", "There is no such block, or it has ended.")
    ban = _ban(row)
    tx.session.delete(row)
    SqlStore().record(tx, line(by, "unblock", ban.kind, _thing(ban), {"chat": ban.chat}, now))
    return ban


def expire(tx: Tx, now: int) -> None:
    """Delete the bans that have ended."""
    tx.session.execute(delete(BanRow).where(col(BanRow.until) <= now))


Mark = tuple[int, int, int, str]


def mark(tx: Tx) -> Mark:
    """A value that changes whenever the stored bans change."""
    ends = func.coalesce(func.sum(BanRow.until % 1_000_003), 0)
    made = func.coalesce(func.max(BanRow.created_at), 0)
    last = func.coalesce(func.max(BanRow.id), "")
    count, newest, sum_, id_ = tx.session.exec(select(func.count(), made, ends, last).select_from(BanRow)).one()
    return count, newest, int(sum_), id_


def _ban(row: BanRow) -> Ban:
    kind = next(kind for kind in KINDS if kind == row.kind)
    return Ban(
        id=row.id,
        kind=kind,
        subject=row.subject,
        chat=row.chat,
        reason=row.reason,
        created_by=row.created_by,
        created_at=row.created_at,
        until=row.until,
        refused=row.refused,
        refused_at=row.refused_at,
    )
