"""Tells the other processes of the desk what this process has changed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Protocol

import msgspec

from chat.events import Logged
from chat.frames.people import Staff
from ticketing.events import StoredEvent

CARRIED_MAX = 2_000
"""Maximum length of a message in a wake-up. The other processes read longer ones from the database."""


class Publish(Protocol):
    def __call__(self, kind: str, id_: str, seq: int = 0, news: str = "") -> None:
        """Tell the other processes that this thing has changed. `seq` is the last of its log."""
        ...


class Watched(msgspec.Struct, frozen=True, array_like=True):
    """The supervisors who watch a chat in a process."""

    process: str
    by: list[Staff]


_encoder = msgspec.json.Encoder()
event_carried = msgspec.json.Decoder(Logged).decode
"""The event in the wake-up of a log."""


class Wakes:
    """Call it on the event loop, after the commit. Does nothing if the desk has one process only."""

    def __init__(self, host: str = "") -> None:
        """`host` is the id of the host on which this process runs."""
        self.process = f"{host}.{secrets.token_hex(8)}"
        """The id of this process."""
        self._publish: Publish | None = None

    def connect(self, publish: Publish) -> None:
        """From now on, pass each change to `publish`."""
        self._publish = publish

    @property
    def are_heard(self) -> bool:
        """True if the desk has several processes."""
        return self._publish is not None

    def news(self, key: str, data: str) -> None:
        """News that nothing stores. It replaces unsent news with the same key."""
        if self._publish is not None:
            self._publish("news", key, 0, data)

    def logged(self, event: Logged) -> None:
        """A message or note was added to the log of a chat, and nothing else of the chat has changed."""
        if self._publish is not None:
            carried = _encoder.encode(event).decode() if len(event.body) <= CARRIED_MAX else ""
            self._publish("log", event.chat, event.seq, carried)

    def chat(self, chat: str, seq: int = 0) -> None:
        """A chat has changed. `seq` is that of its last event, if an event was added."""
        if self._publish is not None:
            self._publish("chat", chat, seq)

    def redacted(self, chat: str, seq: int) -> None:
        """The text of an event was redacted."""
        if self._publish is not None:
            self._publish("redacted", f"{chat}/{seq}", 0)

    def changed(self, number: int) -> None:
        """A ticket has changed. Implements `ticketing.adapters.store.Listener`, as does `rewritten`."""
        if self._publish is not None:
            self._publish("ticket", str(number), 0)

    def rewritten(self, number: int, event: StoredEvent) -> None:
        """A text of a ticket was redacted."""
        self.changed(number)

    def agent(self, staff: str) -> None:
        """An agent's choices have changed."""
        if self._publish is not None:
            self._publish("agent", staff, 0)

    def answered(self, staff: str) -> None:
        """An agent took or declined a chat, or chose a status."""
        if self._publish is not None:
            self._publish("answered", staff, 0)

    def rights(self) -> None:
        """Sessions have ended, or rights have changed."""
        if self._publish is not None:
            self._publish("rights", "", 0)

    def alarms(self, staff: str) -> None:
        """A member of staff connected, and needs the active alarms."""
        if self._publish is not None:
            self._publish("alarms", staff, 0)

    def watched(self, chat: str, by: Sequence[Staff]) -> None:
        """These supervisors watch a chat in this process. Like news, this is not stored."""
        if self._publish is not None:
            self._publish("watched", chat, 0, _encoder.encode(Watched(self.process, [*by])).decode())

    def person(self, id_: str) -> None:
        """A person got their first connection to this process, or lost the last one."""
        if self._publish is not None:
            self._publish("person", id_, 0)
