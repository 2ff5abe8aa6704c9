"""The interface to tracing: it wraps what a desk is composed of. Without tracing, everything stays as it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from starlette.types import ASGIApp

from chat.adapters.socket import Handlers
from egress import Egress
from mail.ports import Transport
from storage.ports import Storage


class Tracing(Protocol):
    def app(self, app: ASGIApp) -> ASGIApp: ...

    def commands(self, handlers: Handlers) -> Handlers: ...

    def storage(self, storage: Storage) -> Storage: ...

    def letters(self, transport: Transport) -> Transport: ...

    def egress(self, allowed: Collection[str]) -> Egress:
        """An Egress that may also call the hosts `allowed` at private addresses."""
        ...

    async def close(self) -> None:
        """Send the spans that wait, for a short time at most."""
        ...


class NoTracing:
    """Returns what it gets, so that nothing is slower than without it."""

    def app(self, app: ASGIApp) -> ASGIApp:
        return app

    def commands(self, handlers: Handlers) -> Handlers:
        return handlers

    def storage(self, storage: Storage) -> Storage:
        return storage

    def letters(self, transport: Transport) -> Transport:
        return transport

    def egress(self, allowed: Collection[str]) -> Egress:
        return Egress(allowed)

    async def close(self) -> None:
        pass


NO_TRACING = NoTracing()
