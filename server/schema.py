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
