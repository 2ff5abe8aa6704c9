"""Letters in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

import msgspec
from sqlalchemy import ColumnElement, Row, and_, bindparam, case, delete, func, insert, or_, text, update
from sqlmodel import col, select

from mail.adapters.tables import BARE, FAILED, FIRST, WAITING, LetterRow, LetterTurnRow, ReplyAddressRow
from mail.identifiers import Identifiers, fingerprint
from mail.letter import AUTOMATIC, IN_BULK, OF_ACCOUNTS, Kind, Letter, State
from mail.pacing import ATTEMPTS, BARE_EVERY_MS, Pace, Turns
from mail.ports import Queued, Tally
from storage.leased_rows import leased
from storage.ports import Tx
from storage.upsert import insert_into
from texts.addresses import normal_email

ERROR_MAX = 500
"""Longer errors are cut to this number of characters."""
_PACING = 7_204
"""Key of an advisory lock on PostgreSQL: one transaction at a time uses `paces`."""
_FREE = {"claimed_by": None, "claimed_until": None}
_ON_ITS_OWN = col(LetterRow.covered_by).is_(None)
_SAME = tuple(field.name for field in fields(Letter) if field.name in LetterRow.model_fields)
"""Fields of `Letter` that have a column of the same name."""
# Built once, because building a statement costs more than running it.
_ADD = insert(LetterRow).returning(col(LetterRow.message_id), col(LetterRow.id))
_THESE = select(*(getattr(LetterRow, name) for name in (*_SAME, "to_address"))).where(
    col(LetterRow.id).in_(bindparam("ids", expanding=True))
)
_AUTOMATIC_SINCE = (
    select(LetterRow.ticket, LetterRow.address, func.count())
    .where(
        col(LetterRow.ticket).in_(bindparam("tickets", expanding=True)),
        col(LetterRow.kind).in_(AUTOMATIC),
        or_(col(LetterRow.kind) != "solved", col(LetterRow.seq).is_(None)),
        col(LetterRow.created_at) > bindparam("since"),
    )
    .group_by(col(LetterRow.ticket), col(LetterRow.address))
)


class SqlStore:
    """Implements `mail.ports.Store` on SQLite and PostgreSQL."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers

    def add(self, tx: Tx, letters: Sequence[Queued], now: int) -> Sequence[int]:
        if not letters:
            return []
        rows = [self._row(queued, now) for queued in letters]
        ids = {message_id: id_ for message_id, id_ in tx.session.connection().execute(_ADD, rows) if id_ is not None}
        return [ids[str(row["message_id"])] for row in rows]

    def _row(self, queued: Queued, now: int) -> dict[str, object]:
        letter, error = queued.letter, queued.error
        message_id = self._identifiers.message_id(queued.name)
        return {
            "kind": letter.kind,
            "ticket": letter.ticket,
            "seq": letter.seq,
            "to_address": letter.to,
            "address": normal_email(letter.to),
            "person": letter.person,
            "locale": letter.locale,
            "bare": letter.bare,
            "context": msgspec.json.encode(letter.context).decode(),
            "state": "waiting" if error is None else "failed",
            "token": fingerprint(self._identifiers.bounce_token(message_id)),
            "message_id": message_id,
            "created_at": now,
            "due_at": queued.due_at,
            "attempts": 0,
            "settled_at": None if error is None else now,
            "error": error or queued.waits_because,
        }

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> Letter | None:
        if lock:
            return self._locked(tx, LetterRow.id == id)
        row = tx.session.exec(select(LetterRow).where(LetterRow.id == id)).first()
        return _letter(row) if row is not None else None

    def of_bounce_token(self, tx: Tx, token: str) -> Letter | None:
        return self._locked(tx, LetterRow.token == fingerprint(token))

    def of_message_id(self, tx: Tx, message_id: str) -> Letter | None:
        return self._locked(tx, LetterRow.message_id == message_id)

    def _locked(self, tx: Tx, condition: bool) -> Letter | None:
        query = select(LetterRow).where(condition).with_for_update().execution_options(populate_existing=True)
        row = tx.session.exec(query).first()
        return _letter(row) if row is not None else None

    def find_all(self, tx: Tx, ids: Collection[int]) -> list[Letter]:
        if not ids:
            return []
        return [_letter(row) for row in tx.session.connection().execute(_THESE, {"ids": list(ids)})]

    def of_ticket(self, tx: Tx, ticket: int, before: int | None = None, limit: int | None = None) -> list[Letter]:
        query = select(LetterRow).where(LetterRow.ticket == ticket).order_by(col(LetterRow.id).desc()).limit(limit)
        if before is not None:
            query = query.where(col(LetterRow.id) < before)
        return [_letter(row) for row in tx.session.exec(query)][::-1]

    def recent(self, tx: Tx, ticket: int, kind: Kind, address: str, since: int, limit: int) -> list[Letter]:
        waits = col(LetterRow.state) == "waiting"
        these = (LetterRow.ticket == ticket, LetterRow.kind == kind, LetterRow.address == address)
        query = select(LetterRow).where(*these, or_(waits, col(LetterRow.created_at) > since))
        query = query.order_by(case((waits, 0), else_=1), col(LetterRow.id).desc()).limit(limit)
        return [_letter(row) for row in tx.session.exec(query)]

    def link_waits(self, tx: Tx, ticket: int, address: str) -> bool:
        bare = select(LetterRow.id).where(LetterRow.ticket == ticket, LetterRow.address == address, text(BARE))
        return tx.session.exec(bare.where(text(WAITING)).limit(1)).first() is not None

    def waiting(self, tx: Tx, kind: Kind, limit: int) -> int:
        these = select(LetterRow.id).where(text(WAITING), LetterRow.kind == kind).limit(limit)
        return len(tx.session.exec(these).all())

    def being_sent(self, tx: Tx, tickets: Collection[int]) -> set[int]:
        if not tickets:
            return set()
        claimed = (col(LetterRow.ticket).in_(tickets), text(WAITING), col(LetterRow.claimed_by).is_not(None))
        return {ticket for ticket in tx.session.exec(select(LetterRow.ticket).where(*claimed)) if ticket is not None}

    def not_accepted(self, tx: Tx, limit: int) -> list[Letter]:
        found: list[Letter] = []
        for condition in (WAITING, FAILED):
            query = select(LetterRow).where(text(condition)).order_by(col(LetterRow.due_at), col(LetterRow.id))
            found += (_letter(row) for row in tx.session.exec(query.limit(limit - len(found))))
        return found

    def last_bare_due(self, tx: Tx, addresses: Collection[str], until: int, but: int | None = None) -> dict[str, int]:
        if not addresses:
            return {}
        query = select(LetterRow.address, func.max(LetterRow.due_at)).group_by(LetterRow.address)
        query = query.where(col(LetterRow.address).in_(addresses), text(BARE), _ON_ITS_OWN, LetterRow.due_at <= until)
        return dict(tx.session.exec(query if but is None else query.where(LetterRow.id != but)).all())

    def turns(self, tx: Tx, origin: str, since: int) -> Turns:
        theirs = (LetterTurnRow.origin == origin, LetterTurnRow.due_at > since)
        return Turns(*tx.session.exec(select(func.count(), func.max(LetterTurnRow.due_at)).where(*theirs)).one())

    def take_turn(self, tx: Tx, origin: str, due_at: int, since: int) -> None:
        connection = tx.session.connection()
        connection.execute(delete(LetterTurnRow).where(col(LetterTurnRow.due_at) <= since))
        connection.execute(insert(LetterTurnRow).values(origin=origin, due_at=due_at))

    def paces(self, tx: Tx, addresses: Collection[str], but: Collection[Letter], now: int) -> dict[str, Pace]:
        if tx.dialect == "postgresql":
            tx.session.exec(select(func.pg_advisory_xact_lock(_PACING)))
        of_account = col(LetterRow.kind).in_(OF_ACCOUNTS)
        # Letters of the last two hours are enough: an older one no longer limits the next letter.
        accepted = and_(col(LetterRow.state) == "accepted", col(LetterRow.settled_at) > now - 2 * BARE_EVERY_MS)
        waits = and_(text(WAITING), or_(col(LetterRow.claimed_until) > now, of_account))
        query = select(LetterRow).where(col(LetterRow.address).in_(addresses), text(BARE), or_(accepted, waits))
        others = (col(LetterRow.id).not_in([letter.id for letter in but]), _ON_ITS_OWN)
        query = query.where(*others).order_by(col(LetterRow.settled_at))
        paces = dict.fromkeys(addresses, Pace())
        for row in tx.session.exec(query):
            paces[row.address] = _paced(paces[row.address], row, now)
        return paces

    def confirm(self, tx: Tx, ticket: int, now: int) -> None:
        theirs = (col(LetterRow.ticket) == ticket, col(LetterRow.kind) != "confirm_ticket", text(WAITING), text(BARE))
        due_at = case((col(LetterRow.due_at) > now, now), else_=col(LetterRow.due_at))
        values = {"bare": False, "due_at": due_at, "covered_by": None}
        tx.session.connection().execute(update(LetterRow).where(*theirs).values(**values))

    def cover(self, tx: Tx, letter: Letter, now: int) -> None:
        same = (col(LetterRow.ticket) == letter.ticket, col(LetterRow.address) == normal_email(letter.to))
        waits = (text(WAITING), text(BARE), _ON_ITS_OWN, col(LetterRow.id) != letter.id, _free(now))
        values = {"covered_by": letter.id, **_FREE}
        tx.session.connection().execute(update(LetterRow).where(*same, *waits).values(**values))
        # The letters that these letters covered are now covered by `letter`.
        covered = select(LetterRow.id).where(LetterRow.covered_by == letter.id)
        theirs = (col(LetterRow.covered_by).in_(covered), text(WAITING))
        tx.session.connection().execute(update(LetterRow).where(*theirs).values(**values))

    def uncover(self, tx: Tx, id: int, now: int) -> None:
        waits = (col(LetterRow.covered_by) == id, text(WAITING))
        tx.session.connection().execute(update(LetterRow).where(*waits).values(covered_by=None, due_at=now))

    def automatic_since(self, tx: Tx, tickets: Collection[int], since: int) -> dict[tuple[int, str], int]:
        if not tickets:
            return {}
        found = tx.session.connection().execute(_AUTOMATIC_SINCE, {"tickets": list(tickets), "since": since})
        return {(ticket, address): sent for ticket, address, sent in found if ticket is not None}

    def claim(self, tx: Tx, holder: str, now: int, until: int, limit: int) -> list[Letter]:
        due = select(LetterRow).where(text(WAITING), LetterRow.due_at <= now, _ON_ITS_OWN, _free(now))
        due = due.order_by(col(LetterRow.due_at), col(LetterRow.id)).with_for_update(skip_locked=True)
        rows = list(tx.session.exec(due.where(text(FIRST)).limit(limit)))
        if len(rows) < limit:
            others = due.where(col(LetterRow.kind).in_(IN_BULK))
            rows += tx.session.exec(others.limit(limit - len(rows)))
        claimed = [_letter(row) for row in leased(rows, holder, now, until, ATTEMPTS)]
        tx.session.flush()
        return claimed

    def previous(self, tx: Tx, letter: Letter) -> str | None:
        ours = (LetterRow.ticket == letter.ticket, LetterRow.address == normal_email(letter.to))
        earlier = (LetterRow.state == "accepted", col(LetterRow.id) < letter.id, _ON_ITS_OWN)
        query = select(LetterRow.message_id).where(*ours, *earlier).order_by(col(LetterRow.id).desc())
        return tx.session.exec(query.limit(1)).first()

    def settle(self, tx: Tx, id: int, state: State, now: int, error: str | None) -> None:
        values = {"state": state, "settled_at": now, "error": error and error[:ERROR_MAX], **_FREE}
        if state == "accepted":
            values["context"] = "{}"
        ours = (_with_covered(id), col(LetterRow.bounced_at).is_(None))
        tx.session.connection().execute(update(LetterRow).where(*ours).values(**values))

    def bounce(self, tx: Tx, id: int, now: int, error: str) -> None:
        self.settle(tx, id, "failed", now, error)
        tx.session.connection().execute(update(LetterRow).where(_with_covered(id)).values(bounced_at=now))

    def postpone(self, tx: Tx, id: int, due_at: int, error: str | None) -> None:
        self._update(tx, id, due_at=due_at, error=error and error[:ERROR_MAX], **_FREE)

    def give_back(self, tx: Tx, id: int) -> None:
        self._update(tx, id, attempts=col(LetterRow.attempts) - 1, **_FREE)

    def renew(self, tx: Tx, id: int, due_at: int) -> None:
        # The lease stays, because a worker may be sending the letter now.
        again = {"state": "waiting", "settled_at": None, "bounced_at": None}
        tx.session.connection().execute(update(LetterRow).where(col(LetterRow.covered_by) == id).values(**again))
        self._update(tx, id, due_at=due_at, attempts=0, covered_by=None, **again)

    def _update(self, tx: Tx, id: int, **values: object) -> None:
        tx.session.connection().execute(update(LetterRow).where(col(LetterRow.id) == id).values(**values))

    def generation(self, tx: Tx, ticket: int, address: str) -> int:
        ours = (ReplyAddressRow.ticket == ticket, ReplyAddressRow.address == normal_email(address))
        newest = select(ReplyAddressRow).where(*ours).order_by(col(ReplyAddressRow.generation).desc()).limit(1)
        row = tx.session.exec(newest).first()
        return 0 if row is None else row.generation + (row.revoked_at is not None)

    def keep_reply_address(self, tx: Tx, ticket: int, address: str, generation: int, token: str, now: int) -> None:
        values = {"ticket": ticket, "address": normal_email(address), "generation": generation, "created_at": now}
        insert = insert_into(tx, ReplyAddressRow).values(token=fingerprint(token), **values)
        tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["token"]))

    def revoke(self, tx: Tx, ticket: int, now: int) -> list[str]:
        valid = (col(ReplyAddressRow.ticket) == ticket, col(ReplyAddressRow.revoked_at).is_(None))
        revoked = update(ReplyAddressRow).where(*valid).values(revoked_at=now).returning(col(ReplyAddressRow.address))
        return sorted(tx.session.connection().execute(revoked).scalars())

    def tally(self, tx: Tx, now: int) -> Tally:
        waiting, oldest = tx.session.exec(
            select(func.count(), func.min(LetterRow.created_at)).where(
                text(WAITING), LetterRow.due_at <= now, _ON_ITS_OWN
            )
        ).one()
        failed = tx.session.exec(select(func.count()).select_from(LetterRow).where(text(FAILED))).one()
        return Tally(waiting, failed, oldest)


def _free(now: int) -> ColumnElement[bool]:
    """The condition for letters that no worker is sending."""
    return or_(col(LetterRow.claimed_until).is_(None), col(LetterRow.claimed_until) <= now)


def _with_covered(id: int) -> ColumnElement[bool]:
    """The condition for the letter and the letters that it covers."""
    return or_(col(LetterRow.id) == id, col(LetterRow.covered_by) == id)


def _paced(pace: Pace, row: LetterRow, now: int) -> Pace:
    """A copy of `pace`, updated by `row`, a letter to the same address. Accepted letters must come in the order of
    `settled_at`."""
    of_account = row.kind in OF_ACCOUNTS
    if row.state == "accepted":
        return replace(pace, last=row.settled_at, last_of_account=of_account)
    if row.claimed_until is not None and row.claimed_until > now:
        return replace(pace, busy_until=max(pace.busy_until or 0, row.claimed_until))
    return replace(pace, account_due=min(row.due_at, pace.account_due or row.due_at))


def _letter(row: LetterRow | Row[tuple[object, ...]]) -> Letter:
    assert row.id is not None
    return Letter(
        id=row.id,
        kind=msgspec.convert(row.kind, Kind),
        to=row.to_address,
        ticket=row.ticket,
        seq=row.seq,
        person=row.person,
        locale=row.locale,
        bare=row.bare,
        context=msgspec.json.decode(row.context, type=dict[str, str]),
        state=msgspec.convert(row.state, State),
        message_id=row.message_id,
        created_at=row.created_at,
        due_at=row.due_at,
        attempts=row.attempts,
        settled_at=row.settled_at,
        error=row.error,
        bounced_at=row.bounced_at,
        covered_by=row.covered_by,
    )
