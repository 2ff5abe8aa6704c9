"""Answers the commands of a stored batch, and delivers the events to followers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog

from chat import wire
from chat.adapters.hub import Hub
from chat.adapters.socket import SocketPeer
from chat.errors import not_saved, unavailable
from chat.events import Logged
from chat.frames.commands import MessageSend
from chat.frames.staff_commands import NoteAdd
from chat.numbering import Append, Duplicate, Outcome
from chat.wire import type_of
from refusals import Refused
from storage.ports import CommitUnknown, StorageUnavailable

MESSAGE_SEND = type_of(MessageSend)
NOTE_ADD = type_of(NoteAdd)

log = structlog.get_logger(__name__)


class Figures(Protocol):
    def messages_stored(self, count: int) -> None: ...
    def answered(self, type_: str, outcome: str, count: int = 1) -> None: ...


class Listener(Protocol):
    """Called for each stored message. Not called for notes."""

    def wrote(self, chat: str, *, staff: bool) -> None: ...


class Settlement:
    """Answers and delivers batches of messages and notes. The lane calls `deliver` with the result of each batch."""

    def __init__(self, hub: Hub, figures: Figures, listener: Listener, logged: Callable[[Logged], None]) -> None:
        """`logged(event)` is called for each stored message or note."""
        self._hub = hub
        self._logged = logged
        self._figures = figures
        self._listener = listener

    def deliver(self, appends: Sequence[Append], outcomes: Sequence[Outcome] | Exception) -> None:
        """Send the answers and events of a batch. Runs on the event loop.

        `outcomes` is an exception if the whole batch failed.
        """
        if isinstance(outcomes, Exception):
            outcomes = [_refusal(outcomes, len(appends))] * len(appends)
        stored = notes = 0
        for append, outcome in zip(appends, outcomes, strict=True):
            if type(outcome) is Logged:
                stored += 1
                notes += append.note
            try:
                self._tell(append, outcome)
            except Exception:
                # The other messages of the batch are stored too, and their authors wait for answers.
                log.exception("not_told", chat=append.chat)
            append.origin.settled()
        if stored:
            self._figures.messages_stored(stored)
            self._figures.answered(MESSAGE_SEND, "ok", stored - notes)
        if notes:
            self._figures.answered(NOTE_ADD, "ok", notes)

    def _tell(self, append: Append, outcome: Outcome) -> None:
        peer: SocketPeer = append.origin
        if type(outcome) is Logged:
            if not append.note:
                self._listener.wrote(append.chat, staff=peer.staff)
            self._hub.deliver(outcome, peer)
            self._logged(outcome)
        elif isinstance(outcome, Refused):
            peer.ended(append.command)
            peer.send(wire.error(append.command, outcome))
            self._figures.answered(_type_of(append), outcome.code)
        elif isinstance(outcome, Duplicate):
            peer.ended(append.command)
            peer.send(wire.stored_ok(outcome.event, staff=peer.staff, dup=True))
            # The connection that first sent the command may have ended before the followers were notified.
            self._hub.heard_of(outcome.event.chat, outcome.event.seq)
            self._figures.answered(_type_of(append), "dup")


def _refusal(failure: Exception, appends: int) -> Refused:
    if not isinstance(failure, StorageUnavailable):
        log.error("batch_not_stored", error=type(failure).__name__, appends=appends)
        return unavailable()
    return unavailable() if isinstance(failure, CommitUnknown) else not_saved()


def _type_of(append: Append) -> str:
    return NOTE_ADD if append.note else MESSAGE_SEND
