"""One unit's hold on the database, the same for both writers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection
from sqlmodel import Session

from storage.ports import Dialect, Tx

T = TypeVar("T")
Effect = Callable[[], None]


class Transaction:
    """`storage.ports.Tx`. `effects` is where `after_commit` keeps what is to be run; None while reading."""

    def __init__(self, dialect: Dialect, session: Session, effects: list[Effect] | None) -> None:
        self.dialect = dialect
        self.session = session
        self._effects = effects

    def after_commit(self, effect: Effect) -> None:
        """Keep `effect` for the moment after the commit. Raises RuntimeError where there will be none."""
        if self._effects is None:
            raise RuntimeError("a reading transaction commits nothing: use `storage.write` for what has effects")
        self._effects.append(effect)


class _JoinedSession(Session):
    """A session inside a transaction that others begin and end: its `commit` flushes, and no more."""

    def rollback(self) -> NoReturn:
        """Refused: the transaction may not be its own."""
        raise RuntimeError("a unit is rolled back by raising an exception, a part of it by `session.begin_nested()`")


def run(connection: Connection, dialect: Dialect, work: Callable[[Tx], T], effects: list[Effect] | None = None) -> T:
    """What `work` returns, once all it did is sent to the database, in the transaction that `connection` is in.

    What it loaded stays readable afterwards.
    """
    joined = _JoinedSession(bind=connection, join_transaction_mode="rollback_only", expire_on_commit=False)
    with joined as session:
        result = work(Transaction(dialect, session, effects))
        # A flush alone would not notice that an earlier one failed and its error was swallowed.
        session.commit()
        return result


def raisable(error: Exception) -> Exception:
    """A future cannot carry StopIteration: it would end the coroutine that waits for it."""
    if not isinstance(error, StopIteration):
        return error
    other = RuntimeError("a unit raised StopIteration")
    other.__cause__ = error
    return other


def call(loop: asyncio.AbstractEventLoop, effect: Callable[..., None], *arguments: Any) -> None:
    """Run one effect of a commit. One that fails is told to the loop's handler: the next ones run all the same."""
    try:
        effect(*arguments)
    except Exception as error:  # noqa: BLE001  # see above
        loop.call_exception_handler({"message": "an effect of a commit failed", "exception": error})
