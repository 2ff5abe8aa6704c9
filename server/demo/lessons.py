"""The learning center of the demo: resources and plans from `learning_center/`, and live sessions around today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from clock import Clock, zones
from learning.adapters.session_store import SqlRegistrations, SqlSessions
from learning.adapters.yaml_files import read_folder
from learning.booking import Booking
from learning.catalogue import SessionKind
from learning.planning import Planning
from learning.ports import Letter
from learning.sessions import HOUR_MS, Registrant, Registration, Session
from routing.desk import Desk
from server.live.learning.learning_news import LearningNews
from server.operations.learning_folder import files_of, services_of, store_learning
from server.settings import Settings
from storage.ports import Storage, Tx

FOLDER = Path(__file__).parent / "learning_center"
_DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """A subject. `days` are the days from today on which it is held at `hour` in the desk's zone. Past ones have a
    recording."""

    key: str
    title: str
    summary: str
    days: tuple[int, ...]
    hour: int
    platform: str = ""
    minutes: int = 45
    trainer: str = ""
    capacity: int = 16
    kind: SessionKind = "webinar"
    locale: str = "en"
    after: str = ""
    place: str = ""


_SERIES = (
    _Series(
        key="estimates",
        title="Estimates from first draft to approval",
        summary="Draft, share, price and approve an estimate, with your questions at the end.",
        days=(-24, 4, 13, 32),
        hour=11,
        platform="Spectra OX",
        trainer="Hannah Bergström-Oyelaran",
    ),
    _Series(
        key="ds-markets",
        title="Spectra DS : les marchés canadiens",
        summary="Marchés, taxes et exportations, avec vos questions à la fin.",
        days=(-17, 6, 34),
        hour=14,
        platform="Spectra DS",
        minutes=60,
        trainer="Chloé Fontaine",
        locale="fr",
    ),
    _Series(
        key="lumina-news",
        title="What’s new in Lumina this winter",
        summary="The new market page, dashboards that load in parts, and what comes next.",
        days=(9, 37),
        hour=13,
        platform="Lumina",
        minutes=30,
        trainer="Mateo Álvarez",
        capacity=12,
    ),
    _Series(
        key="closing",
        title="Closing the year: invoices and accruals",
        summary="What to do in which order, and what finance asks for.",
        days=(-10, 10, 15, 41),
        hour=14,
        platform="Spectra OX",
        minutes=60,
        trainer="Deshawn Whitfield",
    ),
    _Series(
        key="orders-class",
        title="Orders in practice, a class for planners",
        summary="In a small group: build an order, move a flight, correct an error.",
        days=(12, 40),
        hour=13,
        platform="Spectra OX",
        minutes=60,
        trainer="Priya Raman",
        capacity=16,
        kind="class",
        after="ox-lifecycle",
        place="Online classroom",
    ),
    _Series(
        key="administrators",
        title="Administrators’ hour: accounts and sign-in",
        summary="Accounts, roles and single sign-on, for everybody who looks after a company’s people.",
        days=(-3, 16, 44),
        hour=15,
        platform="Lumina",
        trainer="Wei-Ling Tan",
    ),
)
_FULL = "lumina-news"
_PLAYLIST = "demoPlaylistOfOrders01"
"""The address of a playlist has 22 characters."""


async def make_lessons(storage: Storage, settings: Settings, desk: Desk, clock: Clock) -> None:
    """Store the learning center. One date is full and has a waiting list."""
    products = {product for team in desk.teams.values() for product in team.products}
    news = LearningNews(None)
    library, planning = services_of(settings, clock, news)
    await store_learning(storage, read_folder(files_of(FOLDER), products), library, planning, clock)
    booking = Booking(SqlSessions(), SqlRegistrations(), _NoLetters())
    for session in _sessions(clock(), desk.timezone):
        await storage.write(partial(_add, planning=planning, booking=booking, session=session, now=clock()))


async def learn(storage: Storage, settings: Settings, customer: str, name: str, address: str, clock: Clock) -> None:
    """Give the demo's customer a place, a place on a waiting list, a playlist, and some progress."""
    library, planning = services_of(settings, clock, LearningNews(None))
    booking, now = Booking(SqlSessions(), SqlRegistrations(), _NoLetters()), clock()
    who = Registrant(person=customer, name=name, address=address, zone="America/Chicago")

    def act(tx: Tx) -> None:
        listed = {one.session.series: one.session.id for one in reversed(planning.listed(tx, now))}
        for series in ("closing", _FULL):
            booking.register(tx, listed[series], who, now)
        library.build(tx, customer, _PLAYLIST, "", ["ox-orders", "ox-moving", "ox-invoices"], (), now - 6 * _DAY_MS)
        for days, source in ((6, "ox-keys"), (6, "ox-accounts-doc"), (4, "ox-estimates-video"), (3, "ox-first-order")):
            library.finish(tx, customer, [customer], f"resource:{source}", done=True, now=now - days * _DAY_MS)

    await storage.write(act)


class _NoLetters:
    """The sample people have no mailboxes."""

    def send(self, tx: Tx, kind: Letter, registration: Registration, who: Registrant | None = None) -> None:
        return


def _sessions(now: int, zone: str) -> Iterator[Session]:
    today = zones.local(now, zone).replace(minute=0, second=0, microsecond=0)
    for one in _SERIES:
        for days in one.days:
            shown = _on_a_weekday(today.replace(hour=one.hour) + timedelta(days=days))
            session = Session(
                source=f"{one.key}/{days}",
                series=one.key,
                kind=one.kind,
                title=one.title,
                summary=one.summary,
                starts_at=zones.moment_of(shown, zone),
                minutes=one.minutes,
                zone=zone,
                capacity=one.capacity,
                platform=one.platform,
                locale=one.locale,
                link=f"https://meet.support.example/{one.key}",
                place=one.place,
                trainer=one.trainer,
                after=one.after,
            )
            yield session


def _on_a_weekday(shown: datetime) -> datetime:
    return shown + timedelta(days=max(0, 8 - shown.isoweekday()) if shown.isoweekday() > 5 else 0)


def _add(tx: Tx, *, planning: Planning, booking: Booking, session: Session, now: int) -> None:
    """Store a session as if it had been planned long before, and register people for it."""
    early = min(now, session.starts_at) - 20 * _DAY_MS
    stored = planning.add(tx, session, early)
    full = session.series == _FULL and session.starts_at < now + 20 * _DAY_MS
    count = session.capacity + 3 if full else session.capacity * (5 + session.starts_at // _DAY_MS % 9) // 16
    if session.starts_at < now:
        # Each person gets a letter about the recording, and the other letters of the demo should stay in view.
        count = min(count, _PAST_MAX)
    for number in range(count):
        name = _NAMES[number % len(_NAMES)]
        address = f"{name.lower()}.{number + 1}@northlake.example"
        who = Registrant(person=f"demo-{session.series}-{number}", name=name, address=address, zone="America/Chicago")
        booking.register(tx, stored.id, who, early + number * HOUR_MS)
    if session.starts_at < now:
        recorded = replace(stored, recording=f"https://videos.support.example/{session.series}", recording_minutes=41)
        planning.change(tx, stored.id, replace(recorded, turns=0), now)


_PAST_MAX = 3
_NAMES = (
    "Ada",
    "Bea",
    "Cyd",
    "Dan",
    "Eli",
    "Fay",
    "Gus",
    "Hal",
    "Ivy",
    "Jon",
    "Kim",
    "Lou",
    "Mia",
    "Ned",
    "Oli",
    "Pam",
)
