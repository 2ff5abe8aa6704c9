"""Identifies the sender of a request: by session cookie, by a user's bearer token, or by a widget visitor's token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from starlette.requests import HTTPConnection, Request

from clock import Clock
from identity import visitors
from identity.actor import Actor
from identity.adapters.people import People
from identity.networks import coarse_network, network_of
from identity.permissions import OF_THEMSELVES, Thing, Verb, may
from identity.tokens import SCOPES, Scope, fingerprint
from refusals import Refused
from server.edge import cookies
from server.edge.cookies import Cookies
from server.edge.origins import from_another_site, same_origin
from server.edge.problems import SAFE_METHODS
from server.edge.refusal_log import RefusalLog
from server.settings import Settings
from texts.addresses import normal_email

_PROOF = "switchboard.proof"
SHOWN_BY = "switchboard.shown_by"
"""The address whose token a request shows, in the scope of the request. Missing if the request names no address."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The sender of a request, the scopes of the sender's credential, and the kind of credential."""

    actor: Actor
    scopes: frozenset[Scope]
    by: Literal["session", "token", "visitor"]
    fingerprint: str | None = None
    """The fingerprint of the session or token. When the session or token is revoked, its connections are closed."""


def host_of(connection: HTTPConnection) -> str:
    """The network address of the sender. Empty if unknown."""
    return connection.client.host if connection.client else ""


def place_of(connection: HTTPConnection) -> str:
    """The network for which limits count the connection. Empty if unknown."""
    return network_of(connection.client.host) if connection.client else ""


class Authentication:
    """Identifies the senders of HTTP calls, page requests and WebSocket handshakes. Reads only the headers of a
    connection."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        people: People,
        refusal_log: RefusalLog,
        active: Callable[[str], None],
    ) -> None:
        """`active` is called with the id of a member of staff each time that person changes something."""
        self._settings = settings
        self._secret = settings.secret_bytes()
        self._clock = clock
        self._people = people
        self._refusal_log = refusal_log
        self._active = active
        self.cookies = Cookies(settings.base_url)

    async def actor_of(self, connection: HTTPConnection) -> Actor | None:
        """The sender of a request. None if the request has no valid session or token. Raises StorageUnavailable.

        On a WebSocket handshake, a cookie is accepted only with our own `Origin`, because pages of any site can open
        sockets to this server.
        """
        proof = await self.proof_of(connection)
        return proof.actor if proof is not None else None

    async def proof_of(self, connection: HTTPConnection) -> Proof | None:
        """The proof of a request; None if the request has no valid credentials. The proof is looked up once per
        request. With an `Authorization` header, the cookie is ignored. Raises StorageUnavailable."""
        if _PROOF not in connection.scope:
            connection.scope[_PROOF] = proof = await self._find_proof(connection)
            _count_for_the_person(connection, proof)
        found: Proof | None = connection.scope[_PROOF]
        return found

    async def reader_of(self, connection: HTTPConnection) -> Actor | None:
        """Like `actor_of`, but None for a token without the scope `read`."""
        proof = await self.proof_of(connection)
        return proof.actor if proof is not None and "read" in proof.scopes else None

    async def customers_session(self, connection: HTTPConnection) -> Proof | None:
        """The session of a customer who signed in on our own pages. None if there is none. Raises StorageUnavailable.

        On pages of other sites, the session is ignored: a site that embeds the widget must itself prove who its users
        are.
        """
        by, shown = self.shown_by(connection)
        if by == "bearer" or shown is None or not same_origin(connection, self._settings):
            return None
        proof = await self.proof_of(connection)
        return proof if proof is not None and proof.by == "session" and proof.actor.kind == "customer" else None

    def may_be_staff(self, request: Request) -> bool:
        """True if the sender of this request is staff, or may be staff.

        If the sender has not been looked up yet, the answer is True for every request with a session cookie.
        """
        if _PROOF in request.scope:
            proof: Proof | None = request.scope[_PROOF]
            return proof is not None and proof.actor.kind == "staff"
        return self.cookies.read(request, cookies.SESSION) is not None

    async def actor_of_page(self, request: Request) -> Actor | None:
        """Like `actor_of`, but also extends the session, because the person opened a page. None for a token whose
        scopes do not allow the request."""
        proof = await self.proof_of(request)
        needed: set[Scope] = {"read"} if request.method in SAFE_METHODS else {"read", "write"}
        if proof is None or not needed <= proof.scopes:
            return None
        self._acted(proof)
        return proof.actor

    async def required(self, request: Request, verb: Verb, thing: Thing) -> Proof:
        """The proof of an actor whose role and scopes allow `verb` on `thing`.

        Raises Refused: `unauthorized` without a proof, `forbidden` if role, scope or `Origin` do not allow it. Raises
        StorageUnavailable.
        """
        proof = await self.proof_of(request)
        if proof is None:
            raise Refused("unauthorized", "Sign in, or send a valid token as `Authorization: Bearer TOKEN`.")
        if proof.by == "session":
            self.refuse_foreign_origin(request)
        if proof.actor.limited and thing not in OF_THEMSELVES:
            raise Refused(
                "forbidden", "Your role requires two-step verification. Set it up at /account, then try again."
            )
        self._check_rights(request, proof, verb, thing)
        if request.method not in SAFE_METHODS:
            if proof.actor.kind == "staff":
                self._active(proof.actor.id)
            self._acted(proof)
        return proof

    def refuse_foreign_origin(self, request: Request) -> None:
        """Raises Refused(forbidden) if a request with a cookie changes something and does not come from our own
        pages."""
        if request.method in SAFE_METHODS:
            return
        if from_another_site(request) or not same_origin(request, self._settings):
            self._refusal_log.note("origin", place_of(request))
            raise Refused(
                "forbidden",
                "With a cookie, only our own pages can change things. This request has no `Origin`, or another one.",
            )

    def shown_by(self, connection: HTTPConnection) -> tuple[Literal["bearer", "cookie", "outdated cookie"], str | None]:
        """A pair: the kind of the request's credentials, and the credentials as sent, valid or not.

        If the request has no credentials, the second value is None.
        """
        authorization = connection.headers.get("authorization")
        if authorization is None:
            outdated = self.cookies.read_outdated(connection, cookies.SESSION)
            if outdated is not None:
                return "outdated cookie", outdated
            return "cookie", self.cookies.read(connection, cookies.SESSION)
        scheme, _, credentials = authorization.partition(" ")
        return "bearer", credentials.strip() if scheme.lower() == "bearer" else None

    def _check_rights(self, request: Request, proof: Proof, verb: Verb, thing: Thing) -> None:
        needed: Scope = "export" if verb == "export" else "read" if request.method in SAFE_METHODS else "write"
        if verb == "provision":
            needed = "scim"
        reports = verb == "report" and "monitor" in proof.scopes
        if needed not in proof.scopes and not reports:
            self._refusal_log.note("scope", place_of(request))
            raise Refused("forbidden", f"This token lacks the scope {needed}.")
        if not may(proof.actor, verb, thing):
            self._refusal_log.note("role", place_of(request))
            role = proof.actor.role or proof.actor.kind
            raise Refused("forbidden", f"Your role ({role}) doesn't allow you to {verb} {thing}.")

    def _acted(self, proof: Proof) -> None:
        if proof.by == "session" and proof.fingerprint is not None:
            self._people.use.note(proof.fingerprint)

    async def _find_proof(self, connection: HTTPConnection) -> Proof | None:
        by, shown = self.shown_by(connection)
        if shown is None:
            return None
        if by == "bearer":
            return await self._proof_of_bearer(connection, shown)
        if connection.scope["type"] == "websocket" and not same_origin(connection, self._settings):
            return None
        actor = await self._people.actor_of_session(shown)
        if actor is None:
            return None
        if by == "outdated cookie" and not await self._exchanged(connection, shown):
            return None
        return Proof(_from(connection, actor), frozenset(SCOPES), "session", fingerprint(shown))

    async def _proof_of_bearer(self, connection: HTTPConnection, credentials: str) -> Proof | None:
        found = await self._people.actor_of_token(credentials)
        if found is not None:
            actor, scopes = found
            address = connection.scope.get(SHOWN_BY)
            if address is not None and normal_email(address) != actor.email:
                return None
            return Proof(_from(connection, actor), scopes, "token", fingerprint(credentials))
        visitor = visitors.open(self._secret, credentials, self._clock())
        customer = await self._people.visits.actor_of(visitor) if visitor is not None else None
        if customer is None:
            return None
        return Proof(_from(connection, customer), frozenset({"read", "write"}), "visitor")

    async def _exchanged(self, connection: HTTPConnection, cookie: str) -> bool:
        """Check the session in a cookie whose name is the older one, without the prefix.

        Returns True if the session is valid and the older name is still accepted. The response then sets the cookie
        under its current name.
        """
        # The response to a handshake sets no cookies: the old cookie stays until a page is opened.
        answers = connection.scope["type"] == "http"
        until = await self._people.use.rename(cookie, renaming=answers)
        if until is None:
            return False
        if answers:
            self.cookies.exchange(connection, cookies.SESSION, cookie, (until - self._clock()) // 1000)
        return True


def _count_for_the_person(connection: HTTPConnection, proof: Proof | None) -> None:
    """Count the connection for its proven person, not for its network address (`server.edge.connections`)."""
    tell = connection.scope.get("switchboard.proven")
    if proof is not None and tell is not None and (proof.by != "visitor" or proof.actor.identified):
        tell(proof.actor.customer)


def _from(connection: HTTPConnection, actor: Actor) -> Actor:
    return replace(actor, network=coarse_network(place_of(connection)))
