"""One unit's hold on the database, the same for both writers."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from sqlmodel import Session

from storage.ports import Dialect

Effect = Callable[[], None]


class Transaction:
    """`storage.ports.Tx`. `effects` is where `after_commit` keeps what is to be run; None while reading."""

    def __init__(self, dialect: Dialect, session: Session, effects: list[Effect] | None = None) -> None:
        self.dialect = dialect
        self.session = session
        self._effects = effects

    def after_commit(self, effect: Effect) -> None:
        """Keep `effect` for the moment after the commit. Raises RuntimeError where there will be none."""
        if self._effects is None:
            raise RuntimeError("a reading transaction commits nothing: use `storage.write` for what has effects")
        self._effects.append(effect)


def session_on(connection: Connection) -> Session:
    """A session inside the transaction that `connection` is in: it can commit and roll back only its own part.

    What it loaded stays readable after the unit.
    """
    return Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
