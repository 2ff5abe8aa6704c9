"""Handles new tickets and replies that come over HTTP: checks limits and blocks, and stores the ticket or reply.
Programs send them as JSON, and pages send them as forms."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from uuid_utils import uuid7

from clock import Clock
from identity.actor import Actor
from server.edge.admission import Admissions
from server.edge.authentication import host_of, place_of
from server.edge.http_limits import HttpLimits
from server.edge.proofs import PROOF
from server.live.chats.bans import Bans
from storage.ports import Storage, Tx
from ticketing.correspondence import Correspondence, Outcome
from ticketing.requests import NewReply, NewTicket

CREATE = "/api/tickets"
"""The path under which the idempotency keys of new tickets are stored."""


def replies_to(number: int) -> str:
    """The path under which the idempotency keys of replies are stored. Calls and forms share it."""
    return f"/api/tickets/{number}/replies"


class TicketWriting:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        correspondence: Correspondence,
        bans: Bans,
        admissions: Admissions,
        http_limits: HttpLimits,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._correspondence = correspondence
        self._bans = bans
        self._admissions = admissions
        self._http_limits = http_limits

    async def repeated(self, actor: Actor, path: str, key: str | None) -> Outcome | None:
        """The outcome of an earlier request with the same key. None without a key, or if there was no such request.
        Raises StorageUnavailable.

        Call this before you check the rest of the request. A repeated request then gets this outcome, whatever else it
        contains.
        """
        if key is None:
            return None
        return await self._storage.read(lambda tx: self._correspondence.repeated(tx, actor, path, key))

    async def create(
        self,
        request: Request,
        actor: Actor,
        wanted: NewTicket,
        key: str | None,
        also: Callable[[Tx, int], None] = lambda tx, number: None,
    ) -> Outcome:
        """Open a ticket: customers for themselves, staff for somebody else. `also` runs in the same transaction.

        Raises Refused: `rate_limited` for a blocked person or too many tickets; `proof_needed`; the refusals of `also`
        and of `Correspondence.create`. Raises StorageUnavailable.
        """
        self._bans.check(actor, host_of(request), "new requests for help")
        use = f"ticket {key or uuid7()}"
        await self._admissions.admit_request(actor, place_of(request), use, request.headers.get(PROOF))
        # After the proof of work: requests without it must not use up the limit of a company behind one address.
        await self._http_limits.check(request, actor, "chats")
        now = self._clock()
        create, origin = self._correspondence.create, place_of(request) if actor.kind == "customer" else None

        def opened(tx: Tx) -> Outcome:
            outcome = create(tx, actor, wanted, CREATE, key, now, origin)
            also(tx, outcome.number)
            return outcome

        return await self._storage.write(opened)

    async def reply(
        self,
        request: Request,
        actor: Actor,
        number: int,
        said: NewReply,
        key: str | None,
        check: Callable[[Tx], None] = lambda tx: None,
    ) -> Outcome:
        """Write on a ticket. `check` runs before a new reply, in the same transaction. Raises Refused: `rate_limited`
        for a blocked person; the refusals of `check` and of `Correspondence.reply`. Raises StorageUnavailable."""
        self._bans.check(actor, host_of(request), "requests")
        now, path = self._clock(), replies_to(number)

        def written(tx: Tx) -> Outcome:
            before = self._correspondence.repeated(tx, actor, path, key)
            if before is None:
                check(tx)
            return before or self._correspondence.reply(tx, actor, number, said, path, key, now)

        return await self._storage.write(written)
