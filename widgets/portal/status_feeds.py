"""The state of the systems for other programs: JSON, Atom and calendar. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

import icalendar

from availability.board import Board, Component
from availability.incident import Reported, Update
from availability.maintenance import Maintenance
from availability.reading import Overview
from availability.states import State
from clock import rfc3339, rfc3339_or_none

ATOM = "http://www.w3.org/2005/Atom"
"""The XML namespace of RFC 4287."""
ENTRIES_MAX = 50

_COMPONENT: dict[State, str] = {
    "operational": "operational",
    "maintenance": "under_maintenance",
    "degraded": "degraded_performance",
    "partial_outage": "partial_outage",
    "major_outage": "major_outage",
}
_INDICATOR: dict[State, tuple[str, str]] = {
    "operational": ("none", "All Systems Operational"),
    "maintenance": ("maintenance", "Service Under Maintenance"),
    "degraded": ("minor", "Partially Degraded Service"),
    "partial_outage": ("major", "Partial System Outage"),
    "major_outage": ("critical", "Major System Outage"),
}
_PHASE = {"planned": "scheduled", "running": "in_progress", "completed": "completed", "cancelled": "completed"}
PAGE_ID = "switchboard"


def summary(board: Board, name: str, url: str, zone: str) -> dict[str, object]:
    """The state in the form of `summary.json` of Statuspage, version 2."""
    indicator, description = _INDICATOR[board.overall]
    components = {one.id: _component(one, board.states[one.id]) for one in board.components}
    changes = [one.incident.updated_at for one in board.open] + [one.updated_at for one in board.ahead]
    latest = max([*changes, board.last_resolved_at or 0])
    return {
        "page": {
            "id": PAGE_ID,
            "name": name,
            "url": f"{url}/status",
            "time_zone": zone,
            "updated_at": rfc3339(latest),
        },
        "status": {"indicator": indicator, "description": description},
        "components": list(components.values()),
        "incidents": [_incident(one, components, url) for one in board.open],
        "scheduled_maintenances": [_maintenance(one, board.at, components, url) for one in board.ahead],
    }


def _component(component: Component, state: State) -> dict[str, object]:
    return {
        "id": str(component.id),
        "name": component.name,
        "status": _COMPONENT[state],
        "created_at": rfc3339(component.added_at),
        "updated_at": rfc3339(component.added_at),
        "position": component.position,
        "description": component.product or None,
        "showcase": True,
        "start_date": rfc3339(component.added_at)[:10],
        "group_id": None,
        "page_id": PAGE_ID,
        "group": False,
        "only_show_if_degraded": False,
    }


def _incident(reported: Reported, components: dict[int, dict[str, object]], url: str) -> dict[str, object]:
    incident = reported.incident
    impact = _INDICATOR[reported.worst][0]
    watched = [one.at for one in reversed(reported.updates) if one.step == "monitoring"]
    return {
        "id": str(incident.id),
        "name": incident.title,
        "status": incident.step,
        "created_at": rfc3339(incident.created_at),
        "updated_at": rfc3339(incident.updated_at),
        "monitoring_at": rfc3339(watched[0]) if watched else None,
        "resolved_at": rfc3339_or_none(incident.resolved_at),
        "impact": impact,
        "shortlink": f"{url}/status#incident-{incident.id}",
        "started_at": rfc3339(incident.began_at),
        "page_id": PAGE_ID,
        "incident_updates": [_update(one) for one in reported.updates],
        "components": [components[id_] for id_ in reported.touched if id_ in components],
    }


def _update(update: Update) -> dict[str, object]:
    at = rfc3339(update.at)
    return {
        "id": str(update.id),
        "status": update.step,
        "body": update.text,
        "incident_id": str(update.incident),
        "created_at": at,
        "updated_at": at,
        "display_at": at,
    }


def _maintenance(
    maintenance: Maintenance, now: int, components: dict[int, dict[str, object]], url: str
) -> dict[str, object]:
    status = _PHASE[maintenance.phase(now)]
    changed = rfc3339(maintenance.updated_at)
    update = {
        "id": f"m{maintenance.id}-{maintenance.version}",
        "status": status,
        "body": maintenance.text,
        "incident_id": f"m{maintenance.id}",
        "created_at": changed,
        "updated_at": changed,
        "display_at": changed,
    }
    return {
        "id": f"m{maintenance.id}",
        "name": maintenance.title,
        "status": status,
        "created_at": rfc3339(maintenance.created_at),
        "updated_at": changed,
        "monitoring_at": None,
        "resolved_at": None,
        "impact": "maintenance",
        "shortlink": f"{url}/status#maintenance-{maintenance.id}",
        "started_at": rfc3339(maintenance.starts_at),
        "page_id": PAGE_ID,
        "incident_updates": [update],
        "components": [components[id_] for id_ in maintenance.components if id_ in components],
        "scheduled_for": rfc3339(maintenance.starts_at),
        "scheduled_until": rfc3339(maintenance.ends_at),
    }


def atom(overview: Overview, title: str, url: str) -> bytes:
    """One entry for each incident and each planned maintenance, newest first."""
    entries = [_entry_of_incident(one, url) for one in [*overview.board.open, *overview.past]]
    entries += [_entry_of_maintenance(one, url) for one in overview.board.ahead]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    feed = Element("feed", {"xmlns": ATOM})
    _text(feed, "id", f"{url}/status")
    _text(feed, "title", title)
    _text(feed, "updated", rfc3339(entries[0][0] if entries else 0))
    SubElement(feed, "author").append(_element("name", title))
    SubElement(feed, "link", {"rel": "self", "href": f"{url}/status.atom", "type": "application/atom+xml"})
    SubElement(feed, "link", {"rel": "alternate", "href": f"{url}/status", "type": "text/html"})
    feed.extend(entry for _, entry in entries[:ENTRIES_MAX])
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _entry_of_incident(reported: Reported, url: str) -> tuple[int, Element]:
    incident = reported.incident
    words = "\n\n".join(f"{one.step.capitalize()}: {one.text}" for one in reported.updates)
    address = f"{url}/status#incident-{incident.id}"
    return incident.updated_at, _entry(address, incident.title, incident.created_at, incident.updated_at, words)


def _entry_of_maintenance(maintenance: Maintenance, url: str) -> tuple[int, Element]:
    span = f"{rfc3339(maintenance.starts_at)} – {rfc3339(maintenance.ends_at)}"
    words = "\n\n".join(part for part in (span, maintenance.text) if part)
    address = f"{url}/status#maintenance-{maintenance.id}"
    created, updated = maintenance.created_at, maintenance.updated_at
    return updated, _entry(address, maintenance.title, created, updated, words)


def _entry(address: str, title: str, created: int, updated: int, words: str) -> Element:
    entry = Element("entry")
    _text(entry, "id", address)
    _text(entry, "title", title)
    _text(entry, "published", rfc3339(created))
    _text(entry, "updated", rfc3339(updated))
    SubElement(entry, "link", {"rel": "alternate", "href": address, "type": "text/html"})
    SubElement(entry, "content", {"type": "text"}).text = words
    return entry


def _text(parent: Element, name: str, words: str) -> None:
    parent.append(_element(name, words))


def _element(name: str, words: str) -> Element:
    element = Element(name)
    element.text = words
    return element


def calendar(maintenances: Sequence[Maintenance], title: str, url: str) -> bytes:
    """The maintenances as events (RFC 5545). Cancelled ones stay, so that calendars remove them."""
    host = url.partition("://")[2].partition(":")[0].partition("/")[0]
    found = icalendar.Calendar()
    found.add("prodid", "-//Switchboard//System availability//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("name", title)
    found.add("x-wr-calname", title)
    for one in maintenances:
        found.add_component(_event(one, host, url))
    body: bytes = found.to_ical()
    return body


def _event(maintenance: Maintenance, host: str, url: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"maintenance-{maintenance.id}@{host}")
    event.add("sequence", maintenance.version - 1)
    event.add("dtstamp", _utc(maintenance.updated_at))
    event.add("last-modified", _utc(maintenance.updated_at))
    event.add("dtstart", _utc(maintenance.starts_at))
    event.add("dtend", _utc(maintenance.ends_at))
    event.add("summary", maintenance.title)
    event.add("status", "CANCELLED" if maintenance.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if maintenance.text:
        event.add("description", maintenance.text)
    event.add("url", f"{url}/status#maintenance-{maintenance.id}")
    return event


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment // 1000, UTC)
