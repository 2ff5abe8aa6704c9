"""Records the statements that work sends to the database."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event

from storage.ports import Tx


def statements(tx: Tx, work: Callable[[], object]) -> list[str]:
    """The statements that `work` sends in this transaction."""
    said: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        said.append(statement)

    event.listen(tx.session.connection(), "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(tx.session.connection(), "before_cursor_execute", note)
    return said
