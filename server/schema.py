"""All tables of all rooms, in one place: what the migrations lead to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from attachments.adapters import tables as files
from chat.adapters import tables as chats
from identity.adapters import tables as people
from routing.adapters import tables as agents
from storage import tables as chores
from ticketing.adapters import tables as tickets

ROOMS = (chats, files, people, agents, chores, tickets)
"""Where tables are written down: importing such a module enters its tables in `metadata`."""

metadata = SQLModel.metadata
"""The database as the code expects it."""


def is_described(name: str | None, kind: str, _: object = None) -> bool:
    """Is this table described by `metadata`? Full text indexes are not: each database has its own kind of them."""
    return kind != "table" or name is None or not name.startswith(tickets.SEARCH_INDEX)


class UnlikeTables(Exception):
    """A database whose tables are not those of the code; in which way, as sentences."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = tuple(sentences)


def check(connection: Connection) -> None:
    """Raises UnlikeTables for a database that has not the tables of the code, whatever version it says it is."""
    context = MigrationContext.configure(connection, opts={"include_name": is_described})
    changes = compare_metadata(context, metadata)
    if changes:
        raise UnlikeTables(sorted({sentence for change in changes for sentence in _sentences(change)}))


def _sentences(change: object) -> Iterator[str]:
    """Alembic names each change that would be needed: (kind, what), or a list of changes of one column."""
    if isinstance(change, list):
        for one in change:
            yield from _sentences(one)
        return
    assert isinstance(change, tuple)
    kind, thing = str(change[0]), change[1:]
    verb, _, what = kind.partition("_")
    state = {"add": "is missing", "remove": "should not be there"}.get(verb, "is another")
    if verb == "modify":
        yield f"the column {thing[1]}.{thing[2]} {state}"
    elif what == "column":
        yield f"the column {thing[1]}.{thing[2].name} {state}"
    else:
        yield f"the {what.replace('fk', 'foreign key')} {getattr(thing[0], 'name', None) or 'without a name'} {state}"
