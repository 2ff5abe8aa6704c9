"""Rules, and the events that wait for them, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from msgspec import DecodeError, convert, json
from sqlalchemy import delete, or_, true, update
from sqlmodel import col, select

from automations.adapters.looks import SqlLooks
from automations.adapters.tables import AutomationEventRow, AutomationLookingRow, AutomationRow
from automations.errors import OfNewerVersion
from automations.events import Event
from automations.pending import Pending
from automations.rule import Actions, Condition, NewerRule, Rule
from automations.timing import Time
from storage.newer_rows import parted
from storage.ports import Tx

FAILURE_MAX = 500
_conditions = json.Decoder(tuple[Condition, ...])
_actions = json.Decoder(Actions)
_time = json.Decoder(Time)
_EVENTS = get_args(Event)


class SqlStore(SqlLooks):
    """Implements `automations.ports.Store` on SQLite and PostgreSQL."""

    def rules(self, tx: Tx) -> list[Rule]:
        return self.with_newer(tx)[0]

    def with_newer(self, tx: Tx) -> tuple[list[Rule], list[NewerRule]]:
        query = select(AutomationRow).order_by(col(AutomationRow.position), col(AutomationRow.created_at))
        rules, newer = parted("rule", ((row.id, row) for row in tx.session.exec(query)), _rule)
        return rules, [NewerRule(row.id, row.name, row.event, row.since) for row in newer if row.enabled]

    def find(self, tx: Tx, id: str) -> Rule | None:
        query = select(AutomationRow).where(col(AutomationRow.id) == id).with_for_update()
        row = tx.session.exec(query.execution_options(populate_existing=True)).first()
        try:
            return _rule(row) if row is not None else None
        except DecodeError:
            raise OfNewerVersion from None

    def keep(self, tx: Tx, rule: Rule) -> None:
        tx.session.merge(
            AutomationRow(
                id=rule.id,
                name=rule.name,
                position=rule.position,
                enabled=rule.enabled,
                event=rule.event,
                conditions=json.encode(rule.conditions).decode(),
                actions=json.encode(rule.actions).decode(),
                created_at=rule.created_at,
                version=rule.version,
                runs=rule.runs,
                ran_at=rule.ran_at,
                failures=rule.failures,
                failure=rule.failure,
                failed_at=rule.failed_at,
                time=json.encode(rule.time).decode() if rule.time is not None else None,
                since=rule.since,
            )
        )
        tx.session.flush()

    def place(self, tx: Tx, id: str, position: int) -> None:
        this = update(AutomationRow).where(col(AutomationRow.id) == id)
        tx.session.connection().execute(this.values(position=position))
        tx.session.expire_all()

    def names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]:
        """The names of these rules. Rules that were removed are missing."""
        if not ids:
            return {}
        query = select(AutomationRow.id, AutomationRow.name).where(col(AutomationRow.id).in_(ids))
        return dict(tx.session.exec(query).all())

    def remove(self, tx: Tx, id: str) -> None:
        tx.session.connection().execute(delete(AutomationLookingRow).where(col(AutomationLookingRow.rule) == id))
        tx.session.connection().execute(delete(AutomationRow).where(col(AutomationRow.id) == id))

    def wanted(self, tx: Tx) -> frozenset[Event]:
        event = col(AutomationRow.event)
        wanted = select(AutomationRow.event).where(col(AutomationRow.enabled).is_(true()), event.in_(_EVENTS))
        return frozenset(convert(list(tx.session.exec(wanted.distinct())), list[Event]))

    def ran(self, tx: Tx, id: str, now: int) -> None:
        counted = update(AutomationRow).where(col(AutomationRow.id) == id)
        values = counted.values(runs=AutomationRow.runs + 1, ran_at=now, failure=None, failed_at=None)
        tx.session.connection().execute(values)

    def failed(self, tx: Tx, id: str, reason: str, now: int) -> bool:
        reason = reason[:FAILURE_MAX]
        this, failure = update(AutomationRow).where(col(AutomationRow.id) == id), col(AutomationRow.failure)
        counted = {"failures": AutomationRow.failures + 1, "failed_at": now}
        another = this.where(or_(failure.is_(None), failure != reason))
        if tx.session.connection().execute(another.values(failure=reason, **counted)).rowcount:
            return True
        tx.session.connection().execute(this.values(**counted))
        return False

    def put(self, tx: Tx, pending: Pending) -> None:
        tx.session.add(
            AutomationEventRow(
                event=pending.event,
                at=pending.at,
                ticket=pending.ticket,
                chat=pending.chat,
                author=pending.author,
                changed=" ".join(pending.changed),
                chain=" ".join(pending.chain),
            )
        )
        tx.session.flush()

    def pending(self, tx: Tx, limit: int) -> Sequence[Pending]:
        known = select(AutomationEventRow).where(col(AutomationEventRow.event).in_(_EVENTS))
        query = known.order_by(col(AutomationEventRow.id)).limit(limit)
        return [_pending(row) for row in tx.session.exec(query)]

    def take(self, tx: Tx, id: int) -> bool:
        done = delete(AutomationEventRow).where(col(AutomationEventRow.id) == id)
        return tx.session.connection().execute(done).rowcount == 1


def _rule(row: AutomationRow) -> Rule:
    return Rule(
        id=row.id,
        name=row.name,
        position=row.position,
        enabled=row.enabled,
        event=convert(row.event, Event),
        conditions=_conditions.decode(row.conditions),
        actions=_actions.decode(row.actions),
        created_at=row.created_at,
        version=row.version,
        runs=row.runs,
        ran_at=row.ran_at,
        failures=row.failures,
        failure=row.failure,
        failed_at=row.failed_at,
        time=_time.decode(row.time) if row.time is not None else None,
        since=row.since,
    )


def _pending(row: AutomationEventRow) -> Pending:
    assert row.id is not None
    return Pending(
        id=row.id,
        event=convert(row.event, Event),
        at=row.at,
        ticket=row.ticket,
        chat=row.chat,
        author=row.author,
        changed=tuple(row.changed.split()),
        chain=tuple(row.chain.split()),
    )
