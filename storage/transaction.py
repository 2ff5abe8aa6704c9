"""The transaction that a unit sees. The writers for SQLite and PostgreSQL use it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session

from storage.ports import Dialect, Tx

T = TypeVar("T")
Effect = Callable[[], None]


class Transaction:
    """Implements `storage.ports.Tx`. `after_commit` appends to `effects`, which is None for queries."""

    def __init__(self, dialect: Dialect, session: Session, effects: list[Effect] | None) -> None:
        self.dialect = dialect
        self.session = session
        self._effects = effects

    def after_commit(self, effect: Effect) -> None:
        """Like `storage.ports.Tx.after_commit`. Raises RuntimeError in the transaction of a query."""
        if self._effects is None:
            raise RuntimeError("a query does not commit: use `storage.write` for work with effects")
        self._effects.append(effect)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Like `storage.ports.Tx.savepoint`."""
        effects = self._effects if self._effects is not None else []
        before = len(effects)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del effects[before:]
            raise


class _JoinedSession(Session):
    """A session inside a transaction that the writer begins and ends. Its `commit` only flushes."""

    def rollback(self) -> NoReturn:
        raise RuntimeError("to roll back a unit, raise an exception; to roll back a part, use `savepoint()`")


def run(connection: Connection, dialect: Dialect, work: Callable[[Tx], T], effects: list[Effect] | None = None) -> T:
    """Run `work` in the transaction of `connection`, flush, and return its result. Loaded rows stay readable."""
    joined = _JoinedSession(bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False)
    with joined as session:
        result = work(Transaction(dialect, session, effects))
        # Unlike a flush, this raises if the unit swallowed the error of an earlier flush.
        session.commit()
        return result


def raisable(error: Exception) -> Exception:
    """`error`, in a form that a future can hold: a RuntimeError in place of a StopIteration."""
    if not isinstance(error, StopIteration):
        return error
    other = RuntimeError("a unit raised StopIteration")
    other.__cause__ = error
    return other


def call(loop: asyncio.AbstractEventLoop, effect: Callable[..., None], *arguments: Any) -> None:
    """Run one effect of a commit. An error is passed to the loop's exception handler, so that later effects still
    run."""
    try:
        effect(*arguments)
    except Exception as error:  # noqa: BLE001  # one bad effect must not stop the others
        loop.call_exception_handler({"message": "an effect of a commit failed", "exception": error})
