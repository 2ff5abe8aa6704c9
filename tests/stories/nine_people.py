"""The nine people of the matrix on one desk: how each proves who they are, and their connections."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import httpx2
import pyotp
from uuid_utils import uuid7
from websockets.exceptions import ConnectionClosed

from clock import Clock
from identity.actor import Actor as Person
from identity.tokens import SCOPES, Scope, fingerprint
from routing.adapters import store
from server.edge.cookies import SESSION, Cookies
from storage.ports import Tx
from tests.running import Client, Frame, RunningDesk, SettableClock, eventually
from tests.signing import Site
from tests.stories.matrix import (
    OWN,
    PASSWORD,
    STAFF,
    WITHOUT_TEAM,
    Actor,
    Owner,
    Row,
)

METRICS_TOKEN = "the-token-of-who-watches-the-desk"
MARKS: Mapping[Owner, str] = {"visitor": "garnet 5b1d", "customer": "cobalt 90c2", "other_customer": "umber 31fe"}
"""What each owner's tickets and chats are about: in the answers of others it must not stand."""
TEAM_OF: Mapping[Owner, str] = {"visitor": "media", "customer": "media", "other_customer": "finance"}
AGENT_OF: Mapping[Owner, Actor] = {"visitor": "agent", "customer": "agent", "other_customer": "other_agent"}
NAMES: Mapping[Actor, str] = {
    "visitor": "Vic",
    "customer": "ana",
    "other_customer": "ben",
    "agent": "Maya",
    "other_agent": "Fiona",
    "supervisor": "Sofia",
    "other_supervisor": "Omar",
    "admin": "Ada",
    "author": "Nora",
    "auditor": "Ute",
}
SITE_OF: Mapping[Owner, str] = {"customer": "northlake.example", "other_customer": "kestrel.example"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody got: the word of the matrix, and all of it, so that one thing could be told from another."""

    word: str
    said: str


async def add_client(desk: RunningDesk, domain: str) -> None:
    """A company whose people are customers, named after its domain."""
    name = domain.partition(".")[0].title()
    await desk.desk.storage.write(
        lambda tx: desk.desk.people.customers.add_client(
            tx, id=str(uuid7()), name=name, domains=[domain], account_team=None, vip=False, now=desk.clock()
        )
    )


class NinePeople:
    """Everybody, on one desk."""

    def __init__(self, desk: RunningDesk, clock: SettableClock, site: Site) -> None:
        self.desk = desk
        self.clock = clock
        self.site = site
        self.http: httpx2.AsyncClient = desk.http()
        self.headers: dict[Actor, dict[str, str]] = {"nobody": {}}
        """How each proves over HTTP who they are: staff by their session, customers by their token."""
        self.ids: dict[Actor, str] = {}
        self.tokens: dict[Actor, str] = {}
        self._write = desk.desk.storage.write
        self._people = desk.desk.people
        self._numbers = count(1)
        self._hashed = ""
        self._lines: dict[tuple[str, Actor], Client] = {}

    async def open(self) -> None:
        """Everybody comes."""
        self._hashed = await self._people.passwords.hashed(PASSWORD)
        for owner, domain in SITE_OF.items():
            await add_client(self.desk, domain)
            line = await self._greeted(owner)
            self._lines["customer", owner] = line
            self.tokens[owner] = line.token
            self.ids[owner] = (await self._account(owner)) or ""
        visitor = await self.desk.customer(name="Vic")
        self._lines["customer", "visitor"] = visitor
        self.tokens["visitor"], self.ids["visitor"] = visitor.token, visitor.greeting["visitor"]
        await self._enrol("sam@desk.example", "Sam", "agent", ())
        for actor in STAFF:
            team = ("finance",) if actor.startswith("other") else () if actor in WITHOUT_TEAM else ("media",)
            role = actor.removeprefix("other_")
            email = f"{NAMES[actor].lower()}@desk.example"
            person = await self._enrol(email, NAMES[actor], role, team)
            self.ids[actor], self.tokens[actor] = person.id, await self.token(email)
            self.headers[actor] = await self.signed_in(email)
        for owner in MARKS:
            self.headers[owner] = {"Authorization": f"Bearer {self.tokens[owner]}"}
        await self._at_work("agent")
        await self._at_work("other_agent")

    async def _account(self, owner: Owner) -> str | None:
        proven = await self._people.visits.prove(
            self.proof(owner), self.desk.settings.identity_secrets(), self.desk.settings.base_url
        )
        return proven.account.id

    def proof(self, owner: Actor, site: Site | None = None) -> str:
        """Who somebody is, signed by the site whose user they are, or by another."""
        name = NAMES.get(owner, "zoe").lower()
        domain = SITE_OF.get(OWN[owner], "northlake.example")
        return (site or self.site).sign(name, self.clock(), email=f"{name}@{domain}")

    async def _enrol(self, email: str, name: str, role: str, teams: tuple[str, ...]) -> Person:
        desk = self.desk.desk

        def unit(tx: Tx) -> Person:
            person = desk.people.identity.add_user(
                tx,
                email=email,
                name=name,
                role=role,
                teams=teams or ("media",) if role == "agent" else teams,
                known_teams=list(desk.teams.by_key),
                now=self.clock(),
                password_hash=self._hashed,
            )
            store.enrol(tx, person.id, self.clock())
            return person

        return await self._write(unit)

    async def token(self, email: str, *scopes: Scope, at: Clock | None = None) -> str:
        """A bearer token of a person of staff, of all scopes unless some are named."""
        return await self._write(
            lambda tx: self._people.identity.create_token(tx, email, (at or self.clock)(), scopes=scopes or SCOPES)
        )

    async def signed_in(self, email: str, *, at: Clock | None = None) -> dict[str, str]:
        """A new session of a person of staff, as their browser sends it."""
        identity, known = self._people.identity, Cookies(self.desk.settings.base_url)

        def unit(tx: Tx) -> str:
            user = identity.user_to_sign_in(tx, email)
            assert user is not None
            return identity.begin_session(tx, user, None, (at or self.clock)(), prefixed=known.secure)[0]

        cookie = await self._write(unit)
        return {"Cookie": f"{known.name(SESSION)}={cookie}", "Origin": self.desk.origin}

    async def gone(self, email: str, how: str) -> list[dict[str, str]]:
        """What somebody new could prove themselves by, and can no more."""
        identity = self._people.identity
        await self._enrol(email, "Gone", "supervisor", ("media",))
        past = SettableClock(self.clock() - 400 * 86_400_000) if how.endswith("expired") else self.clock
        by_token = {"Authorization": f"Bearer {await self.token(email, at=past)}"}
        by_session = await self.signed_in(email, at=past)
        cookie = by_session["Cookie"].partition("=")[2]
        now = self.clock()
        match how:
            case "disabled":
                await self._write(lambda tx: identity.disable(tx, email, now))
            case "token revoked":
                await self._write(lambda tx: identity.revoke_tokens(tx, email, None, now))
            case "session ended":
                await self._write(lambda tx: identity.end_session(tx, cookie, now))
        return [
            proof for name, proof in (("token", by_token), ("session", by_session)) if how == "disabled" or name in how
        ]

    async def newcomer(self, actor: Actor, row: Row) -> tuple[dict[str, str], str, str]:
        """A new person like this one of staff, signed in; what their authenticator app shows, as far as the row needs
        it; and another session of theirs."""
        email = f"new{next(self._numbers)}@desk.example"
        teams = ("finance",) if actor.startswith("other") else () if actor in WITHOUT_TEAM else ("media",)
        person = await self._enrol(email, "New", actor.removeprefix("other_"), teams)
        needs = row.what.partition("totp/")[2] or row.what.endswith("/recovery-codes")
        other = fingerprint((await self.signed_in(email))["Cookie"].partition("=")[2])
        code = await self._authenticator(person, row, other) if needs else ""
        return await self.signed_in(email), code, other

    async def _authenticator(self, person: Person, row: Row, session: str) -> str:
        factors, now = self._people.second_factors, self.clock()
        secret = await self._write(lambda tx: factors.begin(tx, person.id, now))
        if not row.what.endswith("/confirm"):
            earlier = now - 30_000
            first = pyotp.TOTP(secret).at(earlier // 1000)
            await self._write(lambda tx: factors.confirm(tx, person, first, session, earlier))
        return pyotp.TOTP(secret).at(now // 1000)

    async def line(self, side: str, actor: Actor, *, new: bool = False) -> Client:
        """Somebody's connection, greeted where it is let in."""
        kept = self._lines.get((side, actor))
        if kept is not None and kept.closed is None and not new:
            return kept
        headers = {"Authorization": f"Bearer {self.tokens[actor]}"} if actor in self.tokens else {}
        if side == "customer" and actor not in STAFF:
            line = await self._greeted(actor)
        else:
            line = await self.desk.connect("staff" if side == "staff" else "customer", headers)
            await self.said(line, "hello", {})
        if not new:
            self._lines[side, actor] = line
        return line

    async def _unspoken(self, side: str, actor: Actor) -> Client:
        headers = {"Authorization": f"Bearer {self.tokens[actor]}"} if actor in self.tokens else {}
        return await self.desk.connect("staff" if side == "staff" else "customer", headers)

    async def _greeted(self, actor: Actor) -> Client:
        if actor in SITE_OF:
            return await self.desk.customer(identity=self.proof(actor))
        return await self.desk.customer(self.tokens.get(actor))

    async def _at_work(self, agent: Actor) -> None:
        await (await self.line("staff", agent)).command("presence.set", status="available", capacity=50)

    async def said(self, line: Client, kind: str, fields: Frame) -> tuple[Answer, Frame | None]:
        """A command and its answer, which may be that the door is shut."""
        id_ = fields.pop("id", None) or str(uuid7())
        line.answers.pop(id_, None)
        if line.closed is None:
            with suppress(ConnectionClosed):  # The door is shut before anything can be said.
                await line.raw({"type": kind, "id": id_, **fields})
            await eventually(lambda: id_ in line.answers or line.closed is not None, f"an answer to {kind}")
        if id_ not in line.answers:
            return Answer(str(line.closed), f"closed with {line.closed}"), None
        frame = line.answers[id_]
        return Answer("ok" if frame["type"] == "ok" else frame["code"], line.texts[id_]), frame
