"""Who asks: by the session cookie, by a user's bearer token, or by a widget visitor's token; and from where.

Shared by the HTTP interface, the pages and the sockets' handshake, so it needs no more than a connection's headers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from starlette.requests import HTTPConnection, Request

from identity import visitors
from identity.actor import Actor
from identity.networks import coarse_network, network_of
from identity.permissions import Thing, Verb, may
from identity.tokens import SCOPES, Scope, fingerprint
from refusals import Refused
from server.edge import cookies
from server.edge.cookies import Cookies
from server.edge.problems import SAFE_METHODS
from server.settings import Settings
from server.settings.origins import origin_of

if TYPE_CHECKING:
    from server.live.desk import Desk

_PROOF = "switchboard.proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """Who asks, what they may do by this proof, and which proof it is."""

    actor: Actor
    scopes: frozenset[Scope]
    by: Literal["session", "token", "visitor"]
    fingerprint: str | None = None
    """Of the session or token, to ask by whether it still holds."""


def desk_of(connection: HTTPConnection) -> Desk:
    """The composed program that serves this connection."""
    desk: Desk = connection.app.state.desk
    return desk


def host_of(connection: HTTPConnection) -> str:
    """The address that a connection comes from; empty where it is not known."""
    return connection.client.host if connection.client else ""


def place_of(connection: HTTPConnection) -> str:
    """The network that a connection comes from, as limits count by it; empty where it is not known."""
    return network_of(connection.client.host) if connection.client else ""


async def actor_of(connection: HTTPConnection) -> Actor | None:
    """Who asks, or None for nobody. Raises StorageUnavailable.

    A cookie on a socket's handshake counts only with a same-origin `Origin`, since no browser asks before
    it opens a socket to anywhere.
    """
    proof = await proof_of(connection)
    return proof.actor if proof is not None else None


async def proof_of(connection: HTTPConnection) -> Proof | None:
    """`actor_of`, with the proof, looked up once a request. An `Authorization` header that proves nothing is not
    made up for by a cookie."""
    if _PROOF not in connection.scope:
        connection.scope[_PROOF] = await _find_proof(connection)
        _count_for_its_address_no_more(connection)
    proof: Proof | None = connection.scope[_PROOF]
    return proof


def _count_for_its_address_no_more(connection: HTTPConnection) -> None:
    """Where somebody has proven who they are: the transport's connection is theirs (`server.edge.connections`)."""
    proof: Proof | None = connection.scope[_PROOF]
    tell = connection.scope.get("switchboard.proven")
    if proof is not None and tell is not None and (proof.by != "visitor" or proof.actor.identified):
        tell(proof.actor.customer)


async def _find_proof(connection: HTTPConnection) -> Proof | None:
    desk = desk_of(connection)
    by, shown = shown_by(connection)
    if shown is None:
        return None
    if by == "bearer":
        return await _proof_of_bearer(desk, connection, shown)
    if connection.scope["type"] == "websocket" and not same_origin(connection, desk.settings):
        return None
    actor = await desk.people.actor_of_session(shown)
    if actor is None:
        return None
    if by == "outdated cookie" and not await _exchanged(connection, desk, shown):
        return None
    return Proof(_from(connection, actor), frozenset(SCOPES), "session", fingerprint(shown))


def _from(connection: HTTPConnection, actor: Actor) -> Actor:
    return replace(actor, network=coarse_network(place_of(connection)))


async def _exchanged(connection: HTTPConnection, desk: Desk, cookie: str) -> bool:
    """Does a session's cookie under its plain name still count? Then the answer has it under the present one."""
    # A handshake's answer sets no cookies: there the old one goes on until a page is asked for.
    answers = connection.scope["type"] == "http"
    until = await desk.people.use.rename(cookie, renaming=answers)
    if until is None:
        return False
    if not answers:
        return True
    cookies_of(connection).exchange(connection, cookies.SESSION, cookie, (until - desk.clock()) // 1000)
    return True


def cookies_of(connection: HTTPConnection) -> Cookies:
    """How the cookies of this desk are called and set."""
    return Cookies(desk_of(connection).settings.base_url)


def shown_by(connection: HTTPConnection) -> tuple[Literal["bearer", "cookie", "outdated cookie"], str | None]:
    """Which way somebody shows who they are, and what they show, whatever it proves; None where there is nothing of
    that kind. An `Authorization` header goes before a cookie."""
    authorization = connection.headers.get("authorization")
    if authorization is None:
        known = cookies_of(connection)
        if (outdated := known.read_outdated(connection, cookies.SESSION)) is not None:
            return "outdated cookie", outdated
        return "cookie", known.read(connection, cookies.SESSION)
    scheme, _, credentials = authorization.partition(" ")
    return "bearer", credentials.strip() if scheme.lower() == "bearer" else None


async def required(request: Request, verb: Verb, thing: Thing) -> Actor:
    """Who asks, where they may do this to such things at all. Raises Refused: `unauthorized` for nobody,
    `forbidden` where role, scope or `Origin` do not allow it. Raises StorageUnavailable."""
    proof = await required_proof(request, verb, thing)
    if proof.actor.kind == "staff" and request.method not in SAFE_METHODS:
        desk_of(request).attendance.active(proof.actor.id)
        acted(request, proof)
    return proof.actor


async def actor_of_page(request: Request) -> Actor | None:
    """Who asks for a page, which somebody does: a session is kept alive by it."""
    proof = await proof_of(request)
    if proof is None:
        return None
    acted(request, proof)
    return proof.actor


def acted(request: Request, proof: Proof) -> None:
    """Somebody did something in the session that they prove themselves by."""
    if proof.by == "session" and proof.fingerprint is not None:
        desk_of(request).people.use.note(proof.fingerprint)


async def required_proof(request: Request, verb: Verb, thing: Thing) -> Proof:
    """`required`, with the proof by which they ask."""
    proof = await proof_of(request)
    if proof is None:
        raise Refused("unauthorized", "Sign in, or send a valid token as `Authorization: Bearer TOKEN`.")
    if proof.by == "session":
        refuse_foreign_origin(request)
    if proof.actor.limited and thing != "itself":
        raise Refused("forbidden", "Your role requires two-step verification. Set it up at /account, then try again.")
    needed: Scope = "export" if verb == "export" else "read" if request.method in SAFE_METHODS else "write"
    if needed not in proof.scopes:
        desk_of(request).refusal_log.note("scope", place_of(request))
        raise Refused("forbidden", f"This token lacks the scope {needed}.")
    if not may(proof.actor, verb, thing):
        desk_of(request).refusal_log.note("role", place_of(request))
        role = proof.actor.role or proof.actor.kind
        raise Refused("forbidden", f"As {role} you may not {verb} {thing}.")
    return proof


def refuse_foreign_origin(request: Request) -> None:
    """Raises Refused(forbidden) for an unsafe request with a cookie that does not come from our own pages."""
    if request.method in SAFE_METHODS:
        return
    if _from_another_site(request) or not same_origin(request, desk_of(request).settings):
        desk_of(request).refusal_log.note("origin", place_of(request))
        raise Refused(
            "forbidden",
            "With a cookie, only our own pages can change things. This request has no `Origin`, or another one.",
        )


def origin_allowed(connection: HTTPConnection, settings: Settings, *, widget: bool = False) -> bool:
    """May whoever this comes from connect at all? Programs, which send no `Origin`, may; so may our own
    pages, and where it is about the widget those of WIDGET_ORIGINS."""
    origins = connection.headers.getlist("origin")
    if widget and len(origins) == 1 and ("*" in settings.widget_origins or origins[0] in settings.widget_origins):
        return True
    return not _from_another_site(connection) and (not origins or same_origin(connection, settings))


def same_origin(connection: HTTPConnection, settings: Settings) -> bool:
    """Does the connection say that it comes from our own pages? `Origin` must be what a browser writes, character by
    character."""
    origins = connection.headers.getlist("origin")
    return len(origins) == 1 and origins[0] == own_origin(connection, settings)


def own_origin(connection: HTTPConnection, settings: Settings) -> str | None:
    """The origin of our pages: BASE_URL; where none is given, what this connection asked for, which `HostCheck` lets
    pass only for names that lead to this server."""
    if settings.base_url_given:
        return settings.base_url
    scheme = {"ws": "http", "wss": "https"}.get(connection.scope["scheme"], connection.scope["scheme"])
    return origin_of(f"{scheme}://{connection.headers.get('host', '')}")


def _from_another_site(connection: HTTPConnection) -> bool:
    """Does the browser itself say so? No page can forge this header. Browsers disagree on it for WebSockets, so there
    `Origin` alone counts."""
    if connection.scope["type"] != "http":
        return False
    return any(site not in ("same-origin", "none") for site in connection.headers.getlist("sec-fetch-site"))


async def _proof_of_bearer(desk: Desk, connection: HTTPConnection, credentials: str) -> Proof | None:
    found = await desk.people.actor_of_token(credentials)
    if found is not None:
        actor, scopes = found
        return Proof(_from(connection, actor), scopes, "token", fingerprint(credentials))
    visitor = visitors.open(desk.secret, credentials, desk.clock())
    customer = await desk.people.visits.actor_of(visitor) if visitor is not None else None
    if customer is None:
        return None
    return Proof(_from(connection, customer), frozenset({"read", "write"}), "visitor")
