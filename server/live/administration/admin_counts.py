"""Counts the entries of the sections of the administration."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, select
from sqlmodel import SQLModel, col

from alarms.adapters.tables import AlarmDestinationRow
from clock import Clock
from identity.actor import Actor
from identity.adapters.tables import ClientRow, TokenRow, UserRow
from server.live.teams import Teams
from storage.ports import Storage, Tx


def _number_of(table: type[SQLModel], *kept: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*kept).scalar_subquery()


_VALID = (col(TokenRow.revoked_at).is_(None), col(TokenRow.expires_at) > bindparam("now"))
_QUERY = select(
    _number_of(UserRow).label("people"),
    _number_of(ClientRow).label("clients"),
    _number_of(AlarmDestinationRow, col(AlarmDestinationRow.removed_at).is_(None)).label("alarms"),
    _number_of(TokenRow, *_VALID).label("tokens"),
)


class AdminCounts:
    def __init__(self, storage: Storage, clock: Clock, teams: Teams) -> None:
        self._storage = storage
        self._clock = clock
        self._teams = teams

    async def of(self, by: Actor) -> Mapping[str, int]:
        """The numbers by section: people, clients, teams that are not retired, destinations of alarms, and valid
        tokens. Empty if `by` is not an admin. Raises StorageUnavailable."""
        if "admin" not in by.roles:
            return {}
        now = self._clock()

        def read(tx: Tx) -> Mapping[str, int]:
            return dict(tx.session.execute(_QUERY, {"now": now}).one()._mapping)

        return {**await self._storage.read(read), "teams": len(self._teams.open)}
