"""Live sessions as calendar files (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from learning.sessions import Session

MEDIA_TYPE = "text/calendar"


def calendar_file(
    sessions: Iterable[Session], host: str, base: str, *, with_link: bool, cancelled: bool = False
) -> bytes:
    """A calendar with these sessions.

    The UID of a session never changes, and its SEQUENCE rises with each move, so that a calendar updates its entry.
    Times are in UTC, so every calendar shows the same moment. `with_link` adds the address at which people join: give
    it to registered people only. `cancelled`: the reader no longer has a place, so calendars remove the entry.
    """
    listed = list(sessions)
    gone = cancelled or (len(listed) == 1 and listed[0].state == "cancelled")
    calendar = Calendar()
    calendar.add("prodid", "-//Switchboard//Live sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if gone else "PUBLISH")
    for session in listed:
        calendar.add_component(_event(session, host, base, with_link=with_link, cancelled=cancelled))
    file: bytes = calendar.to_ical()
    return file


def _event(session: Session, host: str, base: str, *, with_link: bool, cancelled: bool) -> Event:
    off = cancelled or session.state == "cancelled"
    event = Event()
    event.add("uid", f"session-{session.id}@{host}")
    event.add("dtstamp", _utc(session.changed_at))
    event.add("dtstart", _utc(session.starts_at))
    event.add("dtend", _utc(session.ends_at))
    event.add("summary", session.title)
    # One more than the session's own, so that a cancelled place is newer than the confirmed one.
    event.add("sequence", session.sequence + cancelled)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("last-modified", _utc(session.changed_at))
    link = _whole(session.link, base) if with_link and not off else ""
    about = "\n\n".join(part for part in (session.summary, link) if part)
    if about:
        event.add("description", about)
    if session.place or link:
        event.add("location", session.place or link)
    event.add("url", f"{base}/webinars/{session.id}")
    return event


def _whole(address: str, base: str) -> str:
    return f"{base}{address}" if address.startswith("/") else address


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment // 1000, UTC)
