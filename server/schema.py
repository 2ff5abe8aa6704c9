"""All tables of all rooms, in one place: what the migrations lead to."""

from __future__ import annotations

from sqlmodel import SQLModel

from chat.adapters import tables as chats
from identity.adapters import tables as people
from routing.adapters import tables as agents
from storage import tables as chores
from ticketing.adapters import tables as tickets

ROOMS = (chats, people, agents, chores, tickets)
"""Where tables are written down: importing such a module enters its tables in `metadata`."""

metadata = SQLModel.metadata
"""The database as the code expects it."""


def is_described(name: str | None, kind: str, _: object = None) -> bool:
    """Is this table described by `metadata`? Full text indexes are not: each database has its own kind of them."""
    return kind != "table" or name is None or not name.startswith(tickets.SEARCH_INDEX)
