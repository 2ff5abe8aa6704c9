"""The person who made the last change of a thing, for the sentence that refuses an outdated change."""

from __future__ import annotations

from identity.adapters.people import People
from identity.adapters.store import SqlStore
from storage.ports import Tx

_SPAN_MS = 86_400_000
_LINES = 500
"""Maximum number of lines of the audit log that are looked at, newest first."""


def who_changed(tx: Tx, people: People, thing: str, id_: str | None, now: int) -> str:
    """The name of the person who last changed the thing `id_` within a day. "Somebody" if nobody is found."""
    lines = SqlStore().audit(tx, since=now - _SPAN_MS, person=id_, limit=_LINES)
    actors = [line.actor for line in lines if (line.thing, line.thing_id) == (thing, id_) and line.actor is not None]
    return people.names(tx, actors[-1:]).get(actors[-1], "Somebody") if actors else "Somebody"
