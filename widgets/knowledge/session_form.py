"""The form of a live session: its fields, and the session that they describe. Pure functions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from clock import zones
from knowledge.addresses import slug_of
from learning.catalogue import SessionKind
from learning.sessions import Fault, Session, starts_at
from refusals import Refused
from texts.visible import fault_of_line
from widgets.knowledge.frame import LANGUAGES, number_of
from widgets.ports import Form

LINE_MAX, SUMMARY_MAX, LINK_MAX = 200, 2_000, 1_000
_LINES = ("title", "place", "trainer", "note")


def fields_of(session: Session) -> dict[str, str]:
    """The fields of the form that shows a session."""
    return {
        "series": session.series,
        "kind": session.kind,
        "title": session.title,
        "summary": session.summary,
        "platform": session.platform,
        "locale": session.locale,
        "starts": shown_start(session),
        "zone": session.zone,
        "minutes": str(session.minutes),
        "capacity": str(session.capacity),
        "link": session.link,
        "place": session.place,
        "trainer": session.trainer,
        "note": session.note,
        "after": session.after,
        "recording": session.recording,
        "recording_minutes": str(session.recording_minutes or ""),
    }


def shown_start(session: Session) -> str:
    """The local start, like `2026-12-01T11:00`."""
    return f"{zones.local(session.starts_at, session.zone):%Y-%m-%dT%H:%M}"


def session_of(form: Form, before: Session | None, products: Collection[str]) -> Session:
    """The session that a form describes. `before` is the stored one. Raises Refused(invalid)."""
    for name in _LINES:
        text = form.line(name)
        if len(text) > LINE_MAX or (text and fault_of_line(text) is not None):
            raise _invalid(name, f"Write it on one line with at most {LINE_MAX} letters.")
    summary = form.line("summary")
    if len(summary) > SUMMARY_MAX:
        raise _invalid("summary", f"Use at most {SUMMARY_MAX:,} characters.")
    platform = form.line("platform")
    if platform and platform not in products and (before is None or platform != before.platform):
        raise _invalid("platform", "Choose a product of the list.")
    kind: SessionKind = "class" if form.line("kind") == "class" else "webinar"
    title, zone = form.line("title"), form.line("zone")
    return Session(
        series=before.series if before is not None else _series(form.line("series"), title),
        kind=kind,
        title=title,
        starts_at=_start(form.line("starts"), zone, before),
        minutes=number_of(form.line("minutes")) or 0,
        zone=zone,
        capacity=number_of(form.line("capacity")) or 0,
        summary=summary,
        platform=platform,
        locale=form.line("locale") if form.line("locale") in LANGUAGES else "en",
        link=form.line("link")[: LINK_MAX + 1],
        place=form.line("place"),
        trainer=form.line("trainer"),
        note=form.line("note"),
        after=form.line("after")[:LINE_MAX] if kind == "class" else "",
        recording=form.line("recording")[: LINK_MAX + 1],
        recording_minutes=min(number_of(form.line("recording_minutes")) or 0, 24 * 60),
    )


def recorded(session: Session, form: Form) -> Session:
    """The session with the recording that a form names."""
    minutes = min(number_of(form.line("recording_minutes")) or 0, 24 * 60)
    return replace(session, recording=form.line("recording")[: LINK_MAX + 1], recording_minutes=minutes)


def _start(shown: str, zone: str, before: Session | None) -> int:
    if before is not None and (shown, zone) == (shown_start(before), before.zone):
        # A time that occurs twice stays the one that it was.
        return before.starts_at
    try:
        return starts_at(shown, zone)
    except Fault as fault:
        raise _invalid(fault.field, str(fault)) from None


def _series(wanted: str, title: str) -> str:
    """The series of a new session: the one whose dates it continues, or one that is named after the title."""
    return slug_of(wanted)[:80] or slug_of(title)[:80] or "session"


def _invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})
