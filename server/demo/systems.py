"""The demo's systems: components of its products, past incidents, and planned maintenance. All of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from availability.adapters.store import SqlAvailability
from availability.incident import NewIncident, NewUpdate, Step
from availability.maintenance import NewMaintenance
from availability.planning import Planning
from availability.reporting import Reporting
from availability.states import State
from clock import zones
from identity.actor import Actor
from search.adapters.index import SqlIndex
from search.service import Index
from server.live.systems.system_news import SystemDocuments, SystemNews
from server.live.systems.system_status import AuditLog
from storage.ports import Tx

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

COMPONENTS = (
    ("Spectra OX", "Orders and estimates"),
    ("Spectra OX", "Reports and export"),
    ("Spectra DS", "Schedules"),
    ("Spectra DS", "Exports and CFILE"),
    ("Lumina", "Planning"),
    ("Lumina", "Dashboards"),
    ("", "Sign-in"),
    ("", "Chat and requests"),
    ("", "Email"),
)


@dataclass(frozen=True, slots=True)
class Past:
    """A past incident. `said` has the minutes after its beginning, the step and the text of each update."""

    days_ago: int
    at: time
    title: str
    component: str
    state: State
    said: Sequence[tuple[int, Step, str]]


PAST = (
    Past(
        68,
        time(10, 8),
        "Lumina dashboards down",
        "Dashboards",
        "major_outage",
        (
            (4, "investigating", "Dashboards in Lumina do not open. Planning works as usual."),
            (15, "identified", "A disk of the reporting database is full. We are adding space."),
            (22, "resolved", "Dashboards open again. The disk grows by itself now, and warns us at 70 %."),
        ),
    ),
    Past(
        31,
        time(8, 25),
        "Some estimates missing after the upgrade",
        "Orders and estimates",
        "partial_outage",
        (
            (10, "investigating", "Estimates that were saved this morning are missing in some offices."),
            (50, "identified", "The upgrade skipped a table. No data is lost: we restore the estimates now."),
            (140, "monitoring", "All estimates are back. Please check the ones that you saved before 08:30."),
            (185, "resolved", "All estimates were restored from the same morning."),
        ),
    ),
    Past(
        12,
        time(9, 12),
        "Sign-in by Okta went in a circle",
        "Sign-in",
        "major_outage",
        (
            (6, "investigating", "People who sign in through Okta come back to the sign-in page."),
            (20, "identified", "A certificate was replaced on one side only. We are replacing the other one."),
            (41, "resolved", "Everybody can sign in again. We now check both certificates, a week ahead."),
        ),
    ),
)


def make_systems(tx: Tx, by: Actor, now: int, zone: str) -> None:
    """Store the components, the past incidents and a maintenance on the next Saturday. `by` publishes them."""
    store, news, audit = SqlAvailability(), SystemNews([]), AuditLog()
    reporting = Reporting(store, news, SystemDocuments([Index(SqlIndex()).put]), audit)
    ids = dict[str, int]()
    for position, (product, name) in enumerate(COMPONENTS):
        ids[name] = reporting.add_component(tx, by, name, product, position, now - 180 * DAY_MS).id
    for past in PAST:
        began_at = _moment(now, zone, -past.days_ago, past.at)
        (first, _, text), *updates = past.said
        affects = {ids[past.component]: past.state}
        new = NewIncident(title=past.title, text=text, began_at=began_at, affects=affects)
        id_ = reporting.open_incident(tx, by, new, began_at + first * MINUTE_MS).incident.id
        for minutes, step, words in updates:
            reporting.update(tx, by, id_, NewUpdate(step=step, text=words), began_at + minutes * MINUTE_MS)
    Planning(store, news, audit).plan(tx, by, _maintenance(ids, now, zone), now)


def _maintenance(ids: dict[str, int], now: int, zone: str) -> NewMaintenance:
    """The next Saturday that is at least a day away, in the night."""
    today = zones.local(now, zone).date()
    days = (5 - today.weekday()) % 7 or 7
    starts_at = _moment(now, zone, days, time(23))
    return NewMaintenance(
        title="Spectra OX and Lumina, read only",
        text="You can read everything. Saving works again after the maintenance. Open orders are kept.",
        starts_at=starts_at,
        ends_at=starts_at + 240 * MINUTE_MS,
        components=[ids[name] for name in ("Orders and estimates", "Reports and export", "Planning", "Dashboards")],
    )


def _moment(now: int, zone: str, days: int, at: time) -> int:
    day = zones.local(now, zone).date() + timedelta(days=days)
    return zones.moment_of(datetime.combine(day, at), zone)
