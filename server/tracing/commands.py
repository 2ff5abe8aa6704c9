"""Spans of the commands of WebSockets, and of their equals over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from opentelemetry.trace import SpanKind

from chat import wire
from chat.adapters.socket import Direct, Handlers, SocketPeer, Transacted
from chat.frames.commands import Command, Ping
from refusals import Refused
from server.tracing.beginning import Attributes, Spans

Handler = TypeVar("Handler")


class TracedCommands:
    """Implements `chat.adapters.socket.Handlers`."""

    def __init__(self, handlers: Handlers, spans: Spans) -> None:
        self._handlers = handlers
        self._spans = spans
        self.direct: Mapping[type[Command], Direct] = {
            type_: handle if type_ is Ping else self._direct(type_, handle) for type_, handle in handlers.direct.items()
        }
        self.transacted: Mapping[type[Command], Transacted] = {
            type_: self._transacted(type_, handle) for type_, handle in handlers.transacted.items()
        }

    def _direct(self, type_: type[Command], handle: Direct) -> Direct:
        name = f"command {wire.type_of(type_)}"

        def traced(peer: SocketPeer, frame: Command) -> None:
            with self._spans.span(name, SpanKind.SERVER, _about(peer), root=True):
                handle(peer, frame)

        return traced

    def _transacted(self, type_: type[Command], handle: Transacted) -> Transacted:
        name = f"command {wire.type_of(type_)}"

        async def traced(peer: SocketPeer, frame: Command) -> bytes | None:
            with self._spans.span(name, SpanKind.SERVER, _about(peer), root=True):
                return await handle(peer, frame)

        return traced

    def allows(self, peer: SocketPeer, received: Command | wire.Rejected) -> Refused | None:
        return self._handlers.allows(peer, received)

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        return await self._handlers.refuse(peer, id_, refused)

    def gone(self, peer: SocketPeer) -> None:
        self._handlers.gone(peer)

    def answered(self, command: type[Command] | None, outcome: str) -> None:
        self._handlers.answered(command, outcome)


def _about(peer: SocketPeer) -> Attributes:
    return {"switchboard.side": peer.wire.side}
