"""Live sessions and registrations in the database, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields, replace

from sqlalchemy import Select, and_, delete, exists, func, or_, select, update
from sqlmodel import col

from learning.adapters.tables import RegistrationRow, SessionNoticeRow, SessionRow
from learning.catalogue import SessionKind
from learning.ports import Listed
from learning.seats import LAST_MS
from learning.sessions import HELD, MINUTE_MS, MINUTES_MAX, Registrant, Registration, Seats, Session, Standing
from storage.ports import Tx
from storage.upsert import insert_into
from texts.addresses import normal_email

_SESSION = tuple(field.name for field in fields(Session))
_REGISTRATION = tuple(field.name for field in fields(Registration))
_STANDING = col(RegistrationRow.standing)


class SqlSessions:
    """Implements `learning.ports.Sessions`."""

    def add(self, tx: Tx, session: Session) -> int:
        insert = insert_into(tx, SessionRow).values(_row_of(session)).returning(col(SessionRow.id))
        return int(tx.session.connection().execute(insert).scalar_one() or 0)

    def put(self, tx: Tx, session: Session) -> None:
        ours = update(SessionRow).where(col(SessionRow.id) == session.id)
        tx.session.connection().execute(ours.values(_row_of(session)))

    def turn(self, tx: Tx, id_: int, turn: int) -> None:
        tx.session.connection().execute(update(SessionRow).where(col(SessionRow.id) == id_).values(turns=turn))

    def find(self, tx: Tx, id_: int, *, lock: bool = False) -> Session | None:
        query = select(SessionRow).where(col(SessionRow.id) == id_).execution_options(populate_existing=True)
        row = tx.session.scalars(query.with_for_update() if lock else query).first()
        return _session(row) if row is not None else None

    def by_source(self, tx: Tx, source: str) -> Session | None:
        row = tx.session.scalars(select(SessionRow).where(col(SessionRow.source) == source)).first()
        return _session(row) if row is not None else None

    def next_of(self, tx: Tx, series: str, now: int) -> Session | None:
        ends_at = col(SessionRow.starts_at) + col(SessionRow.minutes) * MINUTE_MS
        query = (
            select(SessionRow)
            .where(col(SessionRow.starts_at) > now - MINUTES_MAX * MINUTE_MS, ends_at > now)
            .where(col(SessionRow.series) == series, col(SessionRow.state) == "planned")
            .order_by(col(SessionRow.starts_at), col(SessionRow.id))
            .execution_options(populate_existing=True)
        )
        row = tx.session.scalars(query.limit(1)).first()
        return _session(row) if row is not None else None

    def seats(self, tx: Tx, session: Session) -> Seats:
        return self._seats(tx, [session])[session.id]

    def between(self, tx: Tx, since: int, until: int, kind: SessionKind | None, limit: int) -> list[Listed]:
        query = select(SessionRow).where(col(SessionRow.starts_at) >= since, col(SessionRow.starts_at) < until)
        if kind is not None:
            query = query.where(col(SessionRow.kind) == kind)
        ordered = query.order_by(col(SessionRow.starts_at), col(SessionRow.id)).limit(limit)
        sessions = [_session(row) for row in tx.session.scalars(ordered)]
        seats = self._seats(tx, sessions)
        return [Listed(session, seats[session.id]) for session in sessions]

    def recorded(self, tx: Tx, limit: int) -> list[Session]:
        query = select(SessionRow).where(col(SessionRow.recording) != "", col(SessionRow.state) == "planned")
        ordered = query.order_by(col(SessionRow.starts_at).desc(), col(SessionRow.id)).limit(limit)
        return [_session(row) for row in tx.session.scalars(ordered)]

    def to_settle(self, tx: Tx, now: int, limit: int) -> list[int]:
        of_it = col(RegistrationRow.session) == col(SessionRow.id)
        held = select(func.count()).where(of_it, _STANDING.in_(HELD)).scalar_subquery()
        waits = exists().where(of_it, _STANDING == "waiting")
        ended = exists().where(of_it, _STANDING == "offered", col(RegistrationRow.offered_until) <= now)
        early = col(SessionRow.starts_at) > now + LAST_MS
        query = (
            select(col(SessionRow.id))
            .where(col(SessionRow.starts_at) > now, col(SessionRow.state) == "planned")
            .where(or_(ended, and_(early, waits, held < col(SessionRow.capacity))))
        )
        return [id_ for id_ in tx.session.scalars(query.order_by(col(SessionRow.id)).limit(limit)) if id_ is not None]

    def to_tell(self, tx: Tx, now: int, limit: int) -> list[Session]:
        query = select(SessionRow).where(col(SessionRow.told) < col(SessionRow.sequence))
        return [_session(row) for row in tx.session.scalars(query.order_by(col(SessionRow.id)).limit(limit))]

    def told(self, tx: Tx, id_: int, sequence: int) -> None:
        ours = update(SessionRow).where(col(SessionRow.id) == id_, col(SessionRow.sequence) == sequence)
        tx.session.connection().execute(ours.values(told=sequence))

    def _seats(self, tx: Tx, sessions: Collection[Session]) -> dict[int, Seats]:
        query = (
            select(col(RegistrationRow.session), _STANDING, func.count())
            .where(col(RegistrationRow.session).in_([session.id for session in sessions]))
            .where(_STANDING.in_((*HELD, "waiting")))
            .group_by(col(RegistrationRow.session), _STANDING)
        )
        counted = {(session, standing): count for session, standing, count in tx.session.execute(query)}
        return {
            one.id: Seats(
                capacity=one.capacity,
                taken=sum(counted.get((one.id, standing), 0) for standing in HELD),
                waiting=counted.get((one.id, "waiting"), 0),
                offered=counted.get((one.id, "offered"), 0),
            )
            for one in sessions
        }


class SqlRegistrations:
    """Implements `learning.ports.Registrations`."""

    def add(self, tx: Tx, session: int, who: Registrant, standing: Standing, turn: int, now: int) -> Registration:
        new = Registration(
            id=0,
            session=session,
            person=who.person,
            name=who.name,
            address=who.address,
            locale=who.locale,
            zone=who.zone,
            standing=standing,
            turn=turn,
            at=now,
        )
        insert = insert_into(tx, RegistrationRow).values(_values(new)).returning(col(RegistrationRow.id))
        return replace(new, id=int(tx.session.connection().execute(insert).scalar_one() or 0))

    def find(self, tx: Tx, id_: int) -> Registration | None:
        return _first(tx, select(RegistrationRow).where(col(RegistrationRow.id) == id_))

    def of_address(self, tx: Tx, session: int, address: str) -> Registration | None:
        ours = col(RegistrationRow.session) == session, col(RegistrationRow.normal) == normal_email(address)
        return _first(tx, select(RegistrationRow).where(*ours))

    def is_known(self, tx: Tx, address: str) -> bool:
        """True if the address has confirmed a registration for any session."""
        ours = (
            col(RegistrationRow.session) == col(SessionRow.id),
            col(RegistrationRow.normal) == normal_email(address),
            # Each confirmation takes a turn.
            col(RegistrationRow.turn) > 0,
        )
        return (
            tx.session.scalars(select(col(RegistrationRow.id)).join(SessionRow, and_(*ours)).limit(1)).first()
            is not None
        )

    def put(self, tx: Tx, registration: Registration) -> None:
        ours = update(RegistrationRow).where(col(RegistrationRow.id) == registration.id)
        tx.session.connection().execute(ours.values(_values(registration)))

    def of_person(self, tx: Tx, persons: Collection[str], since: int) -> list[tuple[Registration, Session]]:
        ends_at = col(SessionRow.starts_at) + col(SessionRow.minutes) * MINUTE_MS
        query = (
            select(RegistrationRow, SessionRow)
            .join(SessionRow, col(SessionRow.id) == col(RegistrationRow.session))
            .where(col(RegistrationRow.person).in_(sorted(persons)), ends_at > since)
            .where(_STANDING.in_((*HELD, "waiting")))
            .order_by(col(SessionRow.starts_at), col(SessionRow.id))
        )
        return [(_registration(row), _session(session)) for row, session in tx.session.execute(query)]

    def of_session(self, tx: Tx, session: int, after: int, limit: int) -> list[Registration]:
        query = select(RegistrationRow).where(col(RegistrationRow.session) == session, col(RegistrationRow.id) > after)
        return _all(tx, query.order_by(col(RegistrationRow.id)).limit(limit))

    def waiting(self, tx: Tx, session: int, limit: int) -> list[Registration]:
        query = select(RegistrationRow).where(col(RegistrationRow.session) == session, _STANDING == "waiting")
        return _all(tx, query.order_by(col(RegistrationRow.turn)).limit(limit))

    def ahead(self, tx: Tx, registration: Registration) -> int:
        query = select(func.count()).where(
            col(RegistrationRow.session) == registration.session,
            _STANDING == "waiting",
            col(RegistrationRow.turn) < registration.turn,
        )
        return int(tx.session.scalar(query) or 0)

    def expired(self, tx: Tx, session: int, now: int) -> list[Registration]:
        query = select(RegistrationRow).where(
            col(RegistrationRow.session) == session, _STANDING == "offered", col(RegistrationRow.offered_until) <= now
        )
        return _all(tx, query.order_by(col(RegistrationRow.turn)))

    def without_notice(
        self, tx: Tx, session: int, standings: Collection[Standing], key: str, before: int, limit: int
    ) -> list[Registration]:
        told = exists().where(
            col(SessionNoticeRow.registration) == col(RegistrationRow.id), col(SessionNoticeRow.step) == key
        )
        query = select(RegistrationRow).where(
            col(RegistrationRow.session) == session,
            _STANDING.in_(sorted(standings)),
            col(RegistrationRow.at) < before,
            ~told,
        )
        return _all(tx, query.order_by(col(RegistrationRow.turn)).limit(limit))

    def notice(self, tx: Tx, registration: int, key: str, now: int) -> bool:
        insert = insert_into(tx, SessionNoticeRow).values(registration=registration, step=key, at=now)
        kept = insert.on_conflict_do_nothing(index_elements=["registration", "step"])
        return tx.session.connection().execute(kept).rowcount == 1

    def forget_unconfirmed(self, tx: Tx, before: int, limit: int) -> int:
        old = select(col(RegistrationRow.id)).where(_STANDING == "unconfirmed", col(RegistrationRow.at) < before)
        ids = list(tx.session.scalars(old.order_by(col(RegistrationRow.at)).limit(limit)))
        if ids:
            tx.session.connection().execute(delete(RegistrationRow).where(col(RegistrationRow.id).in_(ids)))
        return len(ids)


def _first(tx: Tx, query: Select[RegistrationRow]) -> Registration | None:
    row = tx.session.scalars(query.execution_options(populate_existing=True)).first()
    return _registration(row) if row is not None else None


def _all(tx: Tx, query: Select[RegistrationRow]) -> list[Registration]:
    return [_registration(row) for row in tx.session.scalars(query.execution_options(populate_existing=True))]


def _values(registration: Registration) -> dict[str, object]:
    values = {name: value for name, value in asdict(registration).items() if name != "id"}
    return {**values, "normal": normal_email(registration.address)}


def _row_of(session: Session) -> dict[str, object]:
    values = {name: value for name, value in asdict(session).items() if name != "id"}
    return {**values, "source": session.source or None}


def _session(row: SessionRow) -> Session:
    values = {name: getattr(row, name) for name in _SESSION}
    return Session(**{**values, "source": row.source or ""})


def _registration(row: RegistrationRow) -> Registration:
    return Registration(**{name: getattr(row, name) for name in _REGISTRATION})
