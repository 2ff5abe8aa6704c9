"""Receivers and messages in the database, through SQLModel sessions."""

from __future__ import annotations

import msgspec
from sqlalchemy import Update, case, delete, func, or_, text, update
from sqlmodel import col, select

from storage.leased_rows import leased
from storage.ports import Tx
from webhooks.adapters.tables import WAITING, WebhookMessageRow, WebhookRow
from webhooks.message import Message, NewMessage, Receiver, State
from webhooks.pacing import ATTEMPTS

ERROR_MAX = 500
"""Longer errors are cut to this number of characters."""


class SqlStore:
    """Implements `webhooks.ports.Store` on SQLite and PostgreSQL."""

    def receivers(self, tx: Tx) -> list[Receiver]:
        return [
            _receiver(row)
            for row in tx.session.exec(select(WebhookRow).order_by(col(WebhookRow.account_team), col(WebhookRow.url)))
        ]

    def receiver(self, tx: Tx, id: str) -> Receiver | None:
        row = tx.session.get(WebhookRow, id)
        return _receiver(row) if row is not None else None

    def receiver_of(self, tx: Tx, account_team: str, *, lock: bool = False) -> Receiver | None:
        query = select(WebhookRow).where(WebhookRow.account_team == account_team)
        row = tx.session.exec(query.with_for_update() if lock else query).first()
        return _receiver(row) if row is not None else None

    def receiver_at(self, tx: Tx, url: str, *, lock: bool = False) -> Receiver | None:
        query = select(WebhookRow).where(WebhookRow.url == url, col(WebhookRow.account_team).is_(None))
        row = tx.session.exec(query.with_for_update() if lock else query).first()
        return _receiver(row) if row is not None else None

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
            )
        )
        tx.session.flush()

    def remove_receiver(self, tx: Tx, id: str) -> None:
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
        query = select(WebhookMessageRow).where(WebhookMessageRow.ticket == ticket)
        return [_message(row) for row in tx.session.exec(query.order_by(col(WebhookMessageRow.id)))]

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int) -> list[Message]:
        free = or_(col(WebhookMessageRow.claimed_until).is_(None), col(WebhookMessageRow.claimed_until) <= now)
        rows = tx.session.exec(
            select(WebhookMessageRow)
            .where(text(WAITING), WebhookMessageRow.due_at <= now, free)
            .order_by(col(WebhookMessageRow.due_at), col(WebhookMessageRow.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        claimed = [_message(row) for row in leased(rows, holder, now, until, ATTEMPTS)]
        tx.session.flush()
        return claimed

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None:
        self._update(tx, id, state=state, settled_at=now, error=error and error[:ERROR_MAX])

    def postpone(self, tx: Tx, id: int, due_at: int, error: str) -> None:
        self._update(tx, id, due_at=due_at, error=error[:ERROR_MAX])

    def renew(self, tx: Tx, id: int, now: int) -> None:
        # The lease stays, because a worker may be sending the message now.
        values = {"state": "waiting", "due_at": now, "attempts": 0, "settled_at": None}
        tx.session.connection().execute(_changed(id).values(**values))

    def _update(self, tx: Tx, id: int, **values: object) -> None:
        tx.session.connection().execute(_changed(id).values(claimed_by=None, claimed_until=None, **values))

    def next_due(self, tx: Tx) -> int | None:
        due_at, until = col(WebhookMessageRow.due_at), col(WebhookMessageRow.claimed_until)
        first = select(func.min(case((until > due_at, until), else_=due_at))).where(text(WAITING))
        found: int | None = tx.session.exec(first).one()
        return found


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
    )
