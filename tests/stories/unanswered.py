"""Commits whose answer is lost: what was done is stored, and nobody here hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar
from unittest.mock import patch

from sqlmodel import Session

from chat import wire
from chat.adapters.peer import Peer
from chat.errors import unavailable
from chat.events import Logged
from server.live.desk import LiveDesk
from storage.ports import CommitUnknown, Dialect, Tx
from storage.transaction import Transaction

T = TypeVar("T")


@dataclass(slots=True)
class _Unheard:
    """A transaction that tells nobody of its commit."""

    dialect: Dialect
    session: Session

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Nothing comes of it."""

    def savepoint(self) -> AbstractContextManager[None]:
        return Transaction(self.dialect, self.session, []).savepoint()


@contextmanager
def unanswered(desk: LiveDesk) -> Iterator[None]:
    """As in a failover of PostgreSQL: units and messages are committed, and who wrote them is told `unavailable`."""
    write = desk.storage.write

    async def cut_off(unit: Callable[[Tx], T]) -> T:
        await write(lambda tx: unit(_Unheard(tx.dialect, tx.session)))
        raise CommitUnknown("The commit was not answered: it may be stored or not")

    def told_otherwise(event: Logged, origin: Peer) -> None:
        assert event.command is not None
        origin.ended(event.command)
        origin.send(wire.error(event.command, unavailable()))

    with patch.object(desk.storage, "write", cut_off), patch.object(desk.hub, "deliver", told_otherwise):
        yield
