"""Spans of database transactions. Those of periodic jobs have none, because they run again and again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from inspect import iscoroutinefunction
from typing import TypeVar

from opentelemetry.trace import Span, SpanKind

from server.tracing.beginning import Attributes, Spans, is_traced
from storage.ports import Item, Lane, ReadKind, Result, Storage, Tx

T = TypeVar("T")


class TracedStorage:
    """Implements `storage.ports.Storage`."""

    def __init__(self, storage: Storage, spans: Spans) -> None:
        self.dialect = storage.dialect
        self._storage = storage
        self._spans = spans

    async def write(self, unit: Callable[[Tx], T], *, durable: bool = True) -> T:
        if not is_traced():
            return await self._storage.write(unit, durable=durable)
        with self._spans.span("database write", SpanKind.CLIENT, self._about(unit)):
            return await self._storage.write(unit, durable=durable)

    async def read(self, query: Callable[[Tx], T], kind: ReadKind = "quick", within_s: float | None = None) -> T:
        if not is_traced():
            return await self._storage.read(query, kind, within_s)
        with self._spans.span(f"database read {kind}", SpanKind.CLIENT, self._about(query)):
            return await self._storage.read(query, kind, within_s)

    async def check(self) -> None:
        await self._storage.check()

    def lane(
        self,
        apply: Callable[..., object],
        deliver: Callable[[Sequence[Item], Sequence[Result] | Exception], None],
    ) -> Lane[Item]:
        in_transaction = self._awaited(apply) if iscoroutinefunction(apply) else self._called(apply)
        return self._storage.lane(in_transaction, deliver)

    async def close(self) -> None:
        await self._storage.close()

    def _called(self, apply: Callable[..., T]) -> Callable[..., T]:
        def traced(connection: object, items: Sequence[object]) -> T:
            with self._batch(len(items)):
                return apply(connection, items)

        return traced

    def _awaited(self, apply: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
        async def traced(connection: object, items: Sequence[object]) -> T:
            with self._batch(len(items)):
                return await apply(connection, items)

        return traced

    def _batch(self, size: int) -> AbstractContextManager[Span]:
        """The span of messages and notes that are stored together. They are of many commands."""
        about = {"db.system.name": self.dialect, "db.operation.batch.size": size}
        return self._spans.span("database messages", SpanKind.CLIENT, about, root=True)

    def _about(self, unit: Callable[[Tx], T]) -> Attributes:
        function = unit.func if isinstance(unit, partial) else unit
        name = getattr(function, "__qualname__", type(function).__qualname__)
        return {"db.system.name": self.dialect, "code.function.name": f"{function.__module__}.{name}"}
