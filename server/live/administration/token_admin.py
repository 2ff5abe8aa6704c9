"""API tokens, as admins manage them. Admins list and revoke the tokens of everybody, and create tokens for themselves.

An admin cannot create a token for somebody else, because such a token would open the conversations of that person.
"""

from __future__ import annotations

from collections.abc import Sequence

from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.ports import Token
from server.live.administration.staff_admin import check
from storage.ports import Storage


class TokenAdmin:
    def __init__(self, storage: Storage, clock: Clock, people: People) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people

    async def tokens(self, by: Actor) -> list[tuple[Token, Actor]]:
        """All valid tokens with their owners, oldest first. Raises Refused(forbidden) if `by` is not an admin, and
        StorageUnavailable."""
        check(by)
        return await self._storage.read(lambda tx: self._people.identity.tokens(tx, None, self._clock()))

    async def create(self, by: Actor, days: int, scopes: Sequence[str]) -> str:
        """Create a token for the admin `by`, and return it. The token cannot be shown again. Raises Refused:
        `forbidden` if `by` is not an admin; `invalid` for a bad scope or lifetime."""
        check(by)
        now, email = self._clock(), by.email or ""
        return await self._storage.write(
            lambda tx: self._people.identity.create_token(tx, email, now, days=days, scopes=scopes, by=by)
        )

    async def revoke(self, by: Actor, email: str, label: str) -> None:
        """Revoke a person's tokens with this label. Raises Refused: `forbidden` if `by` is not an admin; `not_found`
        for an unknown address, or if there are no such tokens."""
        check(by)
        now = self._clock()
        await self._storage.write(lambda tx: self._people.identity.revoke_tokens(tx, email, label, now, by))
        self._people.forget_everybody()
