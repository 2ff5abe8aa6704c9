"""Receivers and messages in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Update, and_, bindparam, case, delete, func, or_, text, true, update
from sqlmodel import col, select

from storage.leased_rows import leased
from storage.ports import Tx
from webhooks.adapters.tables import WAITING, WebhookMessageRow, WebhookRow
from webhooks.message import Message, NewMessage, Receiver, State, Totals, Tried
from webhooks.pacing import ATTEMPTS

ERROR_MAX = 500
"""Longer errors are cut to this number of characters."""
_SENDS = and_(col(WebhookRow.enabled).is_(true()), col(WebhookRow.fault).is_(None))


class SqlStore:
    """Implements `webhooks.ports.Store` on SQLite and PostgreSQL."""

    def receivers(self, tx: Tx) -> list[Receiver]:
        return [_receiver(row) for row in tx.session.exec(select(WebhookRow).order_by(col(WebhookRow.account_team)))]

    def receiver(self, tx: Tx, id: str) -> Receiver | None:
        row = tx.session.get(WebhookRow, id)
        return _receiver(row) if row is not None else None

    def receiver_of(self, tx: Tx, account_team: str, *, lock: bool = False) -> Receiver | None:
        query = select(WebhookRow).where(WebhookRow.account_team == account_team)
        row = tx.session.exec(query.with_for_update() if lock else query).first()
        return _receiver(row) if row is not None else None

    def subscribed(self, tx: Tx, event: str) -> list[Receiver]:
        rows = tx.session.exec(select(WebhookRow).where(_SENDS, col(WebhookRow.events) != ""))
        return [found for row in rows if event in (found := _receiver(row)).events]

    def wanted(self, tx: Tx) -> frozenset[str]:
        lists = tx.session.exec(select(WebhookRow.events).where(_SENDS))
        return frozenset(name for names in lists for name in names.split())

    def keep_receiver(self, tx: Tx, receiver: Receiver) -> None:
        tx.session.merge(
            WebhookRow(
                id=receiver.id,
                account_team=receiver.account_team,
                url=receiver.url,
                secret=receiver.secrets[0],
                previous_secret=receiver.secrets[1] if len(receiver.secrets) > 1 else None,
                previous_until=receiver.previous_until,
                fault=receiver.fault,
                created_at=receiver.created_at,
                events=" ".join(receiver.events),
                enabled=receiver.enabled,
                include_texts=receiver.include_texts,
            )
        )
        tx.session.flush()

    def remove_receiver(self, tx: Tx, id: str, now: int, error: str) -> None:
        waiting = update(WebhookMessageRow).where(col(WebhookMessageRow.webhook) == id, text(WAITING))
        tx.session.connection().execute(waiting.values(state="failed", settled_at=now, error=error))
        tx.session.connection().execute(delete(WebhookRow).where(col(WebhookRow.id) == id))

    def add(self, tx: Tx, name: str, receiver: str, message: NewMessage, now: int) -> int:
        row = WebhookMessageRow(
            name=name,
            webhook=receiver,
            event=message.event,
            ticket=message.ticket,
            handover=message.handover,
            payload=message.payload,
            created_at=now,
            due_at=now,
        )
        tx.session.add(row)
        tx.session.flush()
        assert row.id is not None
        return row.id

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> Message | None:
        query = select(WebhookMessageRow).where(WebhookMessageRow.id == id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        row = tx.session.exec(query).first()
        return _message(row) if row is not None else None

    def of_ticket(self, tx: Tx, ticket: int) -> list[Message]:
        of_account_teams = col(WebhookMessageRow.handover).is_not(None)
        query = select(WebhookMessageRow).where(WebhookMessageRow.ticket == ticket, of_account_teams)
        return [_message(row) for row in tx.session.exec(query.order_by(col(WebhookMessageRow.id)))]

    def of_receiver(
        self, tx: Tx, receiver: str, state: State | None, since: int | None, before: int | None, limit: int
    ) -> list[Message]:
        query = select(WebhookMessageRow).where(WebhookMessageRow.webhook == receiver)
        if state is not None:
            query = query.where(WebhookMessageRow.state == state)
        if since is not None:
            query = query.where(WebhookMessageRow.created_at >= since)
        if before is not None:
            query = query.where(col(WebhookMessageRow.id) < before)
        rows = tx.session.exec(query.order_by(col(WebhookMessageRow.id).desc()).limit(limit))
        return [_message(row) for row in rows]

    def named(self, tx: Tx, name: str) -> int | None:
        return tx.session.exec(select(WebhookMessageRow.id).where(WebhookMessageRow.name == name)).first()

    def renew_all(self, tx: Tx, receiver: str, since: int, until: int, states: Collection[State], now: int) -> int:
        theirs = update(WebhookMessageRow).where(
            col(WebhookMessageRow.webhook) == receiver,
            col(WebhookMessageRow.created_at) >= since,
            col(WebhookMessageRow.created_at) < until,
            col(WebhookMessageRow.state).in_(states),
        )
        return tx.session.connection().execute(theirs.values(**_renewed(now))).rowcount

    def totals(self, tx: Tx, since: int) -> dict[str, Totals]:
        state, webhook = col(WebhookMessageRow.state), col(WebhookMessageRow.webhook)
        counted = select(webhook, state, func.count()).where(
            or_(col(WebhookMessageRow.created_at) >= since, text(WAITING))
        )
        found: dict[str, dict[str, int]] = {}
        for receiver, each, number in tx.session.connection().execute(counted.group_by(webhook, state)):
            found.setdefault(receiver, {})[each] = number
        return {
            receiver: Totals(of.get("accepted", 0), of.get("waiting", 0), of.get("failed", 0))
            for receiver, of in found.items()
        }

    def forget(self, tx: Tx, before: int, limit: int) -> int:
        # Messages about hand-overs stay: the ticket page shows them.
        old = (
            select(col(WebhookMessageRow.id))
            .where(
                col(WebhookMessageRow.created_at) < before,
                col(WebhookMessageRow.state) != "waiting",
                col(WebhookMessageRow.handover).is_(None),
            )
            .order_by(col(WebhookMessageRow.id))
            .limit(limit)
        )
        done = delete(WebhookMessageRow).where(col(WebhookMessageRow.id).in_(old))
        return tx.session.connection().execute(done).rowcount

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int, room: Callable[[str], int]) -> list[Message]:
        claimed: list[Message] = []
        # Receiver by receiver, so that one that does not answer holds up nobody else's messages.
        for receiver in tx.session.exec(select(WebhookRow.id)).all():
            most = min(limit - len(claimed), room(receiver))
            if most > 0:
                rows = _due(tx, receiver, now, most)
                claimed += [_message(row) for row in leased(rows, holder, now, until, ATTEMPTS)]
        tx.session.flush()
        return claimed

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None:
        self._update(tx, id, state=state, settled_at=now, error=error and error[:ERROR_MAX])

    def postpone(self, tx: Tx, id: int, due_at: int, error: str) -> None:
        self._update(tx, id, due_at=due_at, error=error[:ERROR_MAX])

    def tried(self, tx: Tx, id: int, tried: Tried, now: int) -> None:
        tx.session.connection().execute(
            _changed(id).values(answered=tried.answered, took_ms=tried.took_ms, lately_at=now)
        )

    def accepted(self, tx: Tx, tried: Mapping[int, Tried], now: int) -> None:
        changed = update(WebhookMessageRow).where(col(WebhookMessageRow.id) == bindparam("of"))
        settled = {"state": "accepted", "settled_at": now, "error": None, "claimed_by": None, "claimed_until": None}
        values = changed.values(**settled, answered=bindparam("said"), took_ms=bindparam("took"), lately_at=now)
        rows = [{"of": id_, "said": each.answered, "took": each.took_ms} for id_, each in sorted(tried.items())]
        tx.session.connection().execute(values, rows)

    def renew(self, tx: Tx, id: int, now: int) -> None:
        tx.session.connection().execute(_changed(id).values(**_renewed(now)))

    def _update(self, tx: Tx, id: int, **values: object) -> None:
        tx.session.connection().execute(_changed(id).values(claimed_by=None, claimed_until=None, **values))

    def next_due(self, tx: Tx) -> int | None:
        due_at, until = col(WebhookMessageRow.due_at), col(WebhookMessageRow.claimed_until)
        first = select(func.min(case((until > due_at, until), else_=due_at))).where(text(WAITING))
        found: int | None = tx.session.exec(first).one()
        return found


def _due(tx: Tx, receiver: str, now: int, limit: int) -> Sequence[WebhookMessageRow]:
    free = or_(col(WebhookMessageRow.claimed_until).is_(None), col(WebhookMessageRow.claimed_until) <= now)
    return tx.session.exec(
        select(WebhookMessageRow)
        .where(text(WAITING), WebhookMessageRow.webhook == receiver, WebhookMessageRow.due_at <= now, free)
        .order_by(col(WebhookMessageRow.due_at), col(WebhookMessageRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _renewed(now: int) -> dict[str, object]:
    # The lease stays, because a worker may be sending the message now.
    return {"state": "waiting", "due_at": now, "attempts": 0, "settled_at": None}


def _changed(id: int) -> Update:
    return update(WebhookMessageRow).where(col(WebhookMessageRow.id) == id)


def _receiver(row: WebhookRow) -> Receiver:
    return Receiver(
        id=row.id,
        account_team=row.account_team,
        url=row.url,
        secrets=(row.secret,) if row.previous_secret is None else (row.secret, row.previous_secret),
        previous_until=row.previous_until,
        fault=row.fault,
        created_at=row.created_at,
        events=tuple(row.events.split()),
        enabled=row.enabled,
        include_texts=row.include_texts,
    )


def _message(row: WebhookMessageRow) -> Message:
    assert row.id is not None
    return Message(
        id=row.id,
        name=row.name,
        receiver=row.webhook,
        event=row.event,
        ticket=row.ticket,
        handover=row.handover,
        payload=row.payload,
        state=msgspec.convert(row.state, State),
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        settled_at=row.settled_at,
        error=row.error,
        answered=row.answered,
        took_ms=row.took_ms,
        lately_at=row.lately_at,
    )
