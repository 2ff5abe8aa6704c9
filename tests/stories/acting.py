"""The nine people of the matrix on one desk, what belongs to each, and how each asks for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, zip_longest
from pathlib import Path

import httpx2
import pyotp
from uuid_utils import uuid7
from websockets.exceptions import ConnectionClosed

from clock import Clock
from identity.actor import SYSTEM
from identity.actor import Actor as Person
from identity.adapters import ban_store
from identity.tokens import SCOPES, Scope, fingerprint
from routing.adapters import store
from server.edge.cookies import SESSION, Cookies
from storage.ports import Tx
from tests.attachments.samples import PDF
from tests.running import Client, Frame, RunningDesk, SettableClock, eventually
from tests.signing import Site
from tests.stories.matrix import (
    CODE,
    EVENT,
    FOREIGN,
    OWN,
    OWN_CHAT,
    OWN_TEAM,
    PASSWORD,
    STAFF,
    THING,
    Actor,
    Owner,
    Row,
)
from ticketing.ticket import Requester
from ticketing.wanted import Opening
from widgets.shared.assets import ASSETS

METRICS_TOKEN = "the-token-of-who-watches-the-desk"
KANARIE = "kanarie 7f3a"
"""Stands in all that staff keep to themselves about every ticket and chat here."""
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
}
SITE_OF: Mapping[Owner, str] = {"customer": "northlake.example", "other_customer": "kestrel.example"}
MISSING_NUMBER = 999_999
OWN_SESSION = "<own session>"
_STATIC = Path(__file__).parents[2] / "widgets"
_SAMPLES = {"shared": "icons.svg"}
_BUILD = next(iter(ASSETS.builds))


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


class Stage:
    """The desk with everybody on it. What a row uses up is made anew when it is asked for again."""

    def __init__(self, desk: RunningDesk, clock: SettableClock, site: Site) -> None:
        self.desk = desk
        self.clock = clock
        self.site = site
        self.http: httpx2.AsyncClient = desk.http()
        self.headers: dict[Actor, dict[str, str]] = {"nobody": {}}
        """How each proves over HTTP who they are: staff by their session, customers by their token."""
        self.ids: dict[Actor, str] = {}
        self.tokens: dict[Actor, str] = {}
        self._numbers = count(1)
        self._hashed = ""
        self._lines: dict[tuple[str, Actor], Client] = {}
        self._tickets: dict[Owner, list[int]] = {}
        self._files: dict[Owner, str] = {}
        self._chats: dict[Owner, str] = {}
        self._strays: dict[Actor, str] = {}

    # -- who is there --------------------------------------------------------------------

    async def open(self) -> None:
        """Everybody comes."""
        people = self.desk.desk.people
        self._hashed = await people.passwords.hashed(PASSWORD)
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
            team = ("finance",) if actor.startswith("other") else () if actor == "admin" else ("media",)
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
        proven = await self.desk.desk.people.visits.prove(
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

        return await desk.storage.write(unit)

    async def token(self, email: str, *scopes: Scope, at: Clock | None = None) -> str:
        """A bearer token of a person of staff, of all scopes unless some are named."""
        people = self.desk.desk.people
        return await self.desk.desk.storage.write(
            lambda tx: people.identity.create_token(tx, email, (at or self.clock)(), scopes=scopes or SCOPES)
        )

    async def signed_in(self, email: str, *, at: Clock | None = None) -> dict[str, str]:
        """A new session of a person of staff, as their browser sends it."""
        identity, known = self.desk.desk.people.identity, Cookies(self.desk.settings.base_url)

        def unit(tx: Tx) -> str:
            user = identity.user_to_sign_in(tx, email)
            assert user is not None
            return identity.begin_session(tx, user, None, (at or self.clock)(), prefixed=known.secure)[0]

        cookie = await self.desk.desk.storage.write(unit)
        return {"Cookie": f"{known.name(SESSION)}={cookie}", "Origin": self.desk.origin}

    async def gone(self, email: str, how: str) -> list[dict[str, str]]:
        """What somebody new could prove themselves by, and can no more."""
        identity, storage = self.desk.desk.people.identity, self.desk.desk.storage
        await self._enrol(email, "Gone", "supervisor", ("media",))
        past = SettableClock(self.clock() - 400 * 86_400_000) if how.endswith("expired") else self.clock
        by_token = {"Authorization": f"Bearer {await self.token(email, at=past)}"}
        by_session = await self.signed_in(email, at=past)
        cookie = by_session["Cookie"].partition("=")[2]
        now = self.clock()
        match how:
            case "disabled":
                await storage.write(lambda tx: identity.disable(tx, email, now))
            case "token revoked":
                await storage.write(lambda tx: identity.revoke_tokens(tx, email, None, now))
            case "session ended":
                await storage.write(lambda tx: identity.end_session(tx, cookie, now))
        return [
            proof for name, proof in (("token", by_token), ("session", by_session)) if how == "disabled" or name in how
        ]

    # -- what is whose -------------------------------------------------------------------

    async def thing(self, row: Row, owner: Owner, *, asker: Actor, own: bool) -> str | int:
        """What a row asks for of this owner; of staff themselves where it is theirs."""
        match row.thing:
            case "ticket":
                return (await self.tickets(owner))[1 if _is_said(row) else 0]
            case "chat":
                return await self._chat_as(row, owner, asker, own=own)
            case "file":
                return await self.file(owner)
            case "upload":
                return await self.upload(asker if own and asker in STAFF and asker != "admin" else owner)
            case "session":
                return OWN_SESSION if own else await self._session(AGENT_OF[owner])
            case "team":
                return TEAM_OF[owner]
            case "colleague":
                return self.ids[AGENT_OF[owner]]
            case "employee":
                team = TEAM_OF[owner]
                return (await self._enrol(f"new{next(self._numbers)}@desk.example", "New", "agent", (team,))).id
            case "person":
                return self.ids[owner]
            case "words":
                return MARKS[owner]
            case "proof":
                return self.proof(asker) if own else self.proof(owner, Site("a secret that the desk never heard of"))
            case "ban":
                return await self._ban()
            case "line":
                return await self._polled(None if own else AGENT_OF[owner])
            case None:
                return ""

    def missing(self, row: Row) -> str | int:
        """What there is none of."""
        match row.thing:
            case "ticket":
                return MISSING_NUMBER
            case "team":
                return "no-such-team"
            case "words":
                return "zircon 0000"
            case "session":
                return "0" * 64
            case "proof":
                return self.proof("nobody", Site("a secret that the desk never heard of"))
            case _:
                return str(uuid7())

    async def _ban(self) -> str:
        """A block of nobody who is here."""
        storage, now = self.desk.desk.storage, self.clock()
        return (await storage.write(lambda tx: ban_store.block(tx, SYSTEM, "customer", "nobody here", 1, now))).id

    async def _lift_all(self) -> None:
        """Whoever was blocked acts in the next row."""
        storage, now = self.desk.desk.storage, self.clock()
        for ban in await storage.read(lambda tx: ban_store.in_force(tx, now)):
            await storage.write(partial(ban_store.lift, by=SYSTEM, id=ban.id, now=now))
        await self.desk.desk.bans.follow()

    async def _polled(self, of: Actor | None) -> str:
        """A line over HTTP on which something is told already: a customer's, or this one's of staff."""
        said = {"side": "staff" if of else "customer", "frames": [{"type": "ping", "id": "1"}]}
        answer = await self.http.post("/api/wire", json=said, headers=self.headers[of] if of else {})
        return str(answer.json()["line"])

    async def tickets(self, owner: Owner) -> list[int]:
        """Two tickets of theirs, with all that staff keep to themselves about them."""
        if owner not in self._tickets:
            self._tickets[owner] = [await self._ticket(owner), await self._ticket(owner)]
        return self._tickets[owner]

    async def _ticket(self, owner: Owner) -> int:
        desk, now = self.desk.desk, self.clock()
        opening = Opening(
            channel="form",
            team=TEAM_OF[owner],
            product="Spectra OX",
            subject=f"About {MARKS[owner]}",
            by=SYSTEM,
            requester=Requester(self.ids[owner], NAMES[owner].title(), f"{owner}@elsewhere.example", verified=False),
            at=now,
            created_at=now,
        )
        number = (await desk.storage.write(lambda tx: desk.tickets.open(tx, opening))).number
        staff, path = self.headers[AGENT_OF[owner]], f"/api/tickets/{number}"
        kept = {"external_ref": KANARIE, "with": "product", "participants": ["kanarie@elsewhere.example"]}
        changed = await self.http.patch(path, headers=staff, json=kept)
        assert changed.status_code == 200, changed.text
        note = {"text": f"{KANARIE}: a note", "public": False}
        assert (await self.http.post(f"{path}/replies", headers=staff, json=note)).status_code == 200
        return number

    async def file(self, owner: Owner) -> str:
        """A file that hangs on their ticket."""
        if owner not in self._files:
            id_ = await self.upload(owner)
            path = f"/api/tickets/{(await self.tickets(owner))[1]}/replies"
            hung = await self.http.post(path, headers=self.headers[owner], json={"text": "See", "files": [id_]})
            assert hung.status_code == 200, hung.text
            self._files[owner] = id_
        return self._files[owner]

    async def upload(self, actor: Actor) -> str:
        """A file that hangs on nothing yet."""
        made = await self.http.post("/api/files", headers=self.headers[actor], files={"file": ("plan.pdf", PDF)})
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def _session(self, actor: Actor) -> str:
        told = await self.http.get("/api/me/sessions", headers=self.headers[actor])
        return str(told.json()["sessions"][0]["id"])

    async def chat(self, owner: Owner) -> str:
        """Their chat, which goes on with their team's agent."""
        if owner not in self._chats:
            line, agent = self._lines["customer", owner], await self.line("staff", AGENT_OF[owner])
            started = await line.command(
                "chat.start", team=TEAM_OF[owner], text=f"It fails: {MARKS[owner]}", subject=f"About {MARKS[owner]}"
            )
            await self._begun(owner, line, agent, started["chat"])
        return self._chats[owner]

    async def _begun(self, owner: Owner, line: Client, agent: Client, chat: str) -> None:
        self._chats[owner] = chat
        await line.event("chat.assigned", chat=chat)
        await agent.event("chat.assigned", chat=chat)
        await agent.command("note.add", chat=chat, text=f"{KANARIE}: a note in the chat")

    async def _chat_as(self, row: Row, owner: Owner, asker: Actor, *, own: bool) -> str:
        chat = await self.chat(owner)
        if row.in_chat == "closed":
            await self._end(owner)
        elif row.in_chat == "watched" and own and asker in ("supervisor", "other_supervisor"):
            await (await self.line("staff", asker)).command("chat.watch", chat=chat)
        return chat

    async def _end(self, owner: Owner) -> None:
        if chat := self._chats.pop(owner, None):
            await self._lines["customer", owner].command("chat.end", chat=chat)

    async def without_chat(self, actor: Actor) -> None:
        """Nothing of theirs goes on, so that they may begin."""
        if actor in MARKS:
            await self._end(OWN[actor])
        elif stray := self._strays.pop(actor, None):
            await self._lines["customer", actor].command("chat.end", chat=stray)

    async def forget(self, row: Row, actor: Actor, answer: Answer, frame: Frame | None) -> None:
        """What the row has used up."""
        if not row.ends or answer.word != "ok":
            return
        if row.what.endswith("/bans"):
            await self._lift_all()
        elif row.what.startswith("PATCH"):
            del self._tickets[OWN[actor]]
            self._files.pop(OWN[actor], None)
        elif row.what in ("staff chat.take", "staff chat.transfer"):
            await self._end(OWN[actor])
        elif not row.what.endswith("chat.start"):
            del self._chats[OWN[actor]]
        elif frame is not None:
            self._strays[actor] = frame["chat"]

    # -- over HTTP -----------------------------------------------------------------------

    async def newcomer(self, actor: Actor, row: Row) -> tuple[dict[str, str], str, str]:
        """A new person like this one of staff, signed in; what their authenticator app shows, as far as the row needs
        it; and another session of theirs."""
        email = f"new{next(self._numbers)}@desk.example"
        teams = ("finance",) if actor.startswith("other") else () if actor == "admin" else ("media",)
        person = await self._enrol(email, "New", actor.removeprefix("other_"), teams)
        needs = row.what.partition("totp/")[2] or row.what.endswith("/recovery-codes")
        code = await self._authenticator(person, row) if needs else ""
        other = await self.signed_in(email)
        return await self.signed_in(email), code, fingerprint(other["Cookie"].partition("=")[2])

    async def _authenticator(self, person: Person, row: Row) -> str:
        factors, now = self.desk.desk.people.second_factors, self.clock()
        secret = await self.desk.desk.storage.write(lambda tx: factors.begin(tx, person.id, now))
        if not row.what.endswith("/confirm"):
            earlier = now - 30_000
            first = pyotp.TOTP(secret).at(earlier // 1000)
            await self.desk.desk.storage.write(lambda tx: factors.confirm(tx, person, first, "", earlier))
        return pyotp.TOTP(secret).at(now // 1000)

    async def over_http(
        self, row: Row, actor: Actor, thing: str | int, headers: Mapping[str, str] | None = None, method: str = ""
    ) -> tuple[Answer, httpx2.Response]:
        """What somebody gets; by another proof than usual where `headers` are given."""
        usual, _, path = row.what.partition(" ")
        code = ""
        if headers is None:
            headers = self.headers[actor]
            if row.alone and actor in STAFF:
                headers, code, session = await self.newcomer(actor, row)
                thing = session if thing == OWN_SESSION else thing
            elif row.alone and actor in MARKS and usual == "DELETE":
                # Signing out ends a customer's token for good: somebody new does.
                headers = {"Authorization": f"Bearer {(await self.desk.customer()).token}"}
        path, query = await self._path(row, path, actor, thing)
        event = await self._reply_of(row, actor) if row.what.endswith("/redactions") else 0
        body = self._filled(row.staff_say if row.staff_say and actor in STAFF else row.says, actor, thing, event, code)
        sent: Frame = {"json": body} if body else {}
        if row.upload:
            sent = {"files": {"file": ("plan.pdf", PDF)}}
        if row.thing == "line":
            headers = {**headers, "Switchboard-Line": str(thing)}
        response = await self.http.request(method or usual, path, headers=dict(headers), params=query, **sent)
        self.http.cookies.clear()
        answer = Answer(_word(response), _all_of(response))
        await self.forget(row, actor, answer, None)
        return answer, response

    async def _path(self, row: Row, path: str, actor: Actor, thing: str | int) -> tuple[str, Mapping[str, str]]:
        query = {name: str(thing) if value == THING else value for name, value in row.query.items()}
        if path.startswith("/static/packed/"):
            return path.format(build=_BUILD, file="loader.js"), query
        if path.startswith("/static/"):
            return f"{path}/{_sample(path)}", query
        if path.endswith("/content"):
            query = {"key": await self._key(OWN[actor])}
        number = (await self.tickets(OWN[actor]))[0] if row.thing != "ticket" or _is_said(row) else thing
        return path.replace("{number}", str(number)).replace("{id}", str(thing)), query

    async def _key(self, owner: Owner) -> str:
        asked = {**self.headers[owner], "Accept": "application/json"}
        told = await self.http.get(f"/api/files/{await self.file(owner)}", headers=asked)
        return str(told.json()["url"]).partition("?key=")[2]

    async def _reply_of(self, row: Row, actor: Actor) -> int:
        """The place of something that they just said on their ticket."""
        path = f"/api/tickets/{(await self.tickets(OWN[actor]))[0]}/replies"
        by = actor if actor not in ("nobody", "admin") else OWN[actor]
        told = await self.http.post(path, headers=self.headers[by], json={"text": "hunter2"})
        assert told.status_code == 200, told.text
        return int(told.json()["transcript"][-1]["seq"])

    def _filled(
        self, says: Mapping[str, object], actor: Actor, thing: str | int, event: int, code: str, chat: str = ""
    ) -> Frame:
        given = {THING: thing, OWN_TEAM: TEAM_OF[OWN[actor]], EVENT: event, CODE: code, OWN_CHAT: chat}

        def filled(value: object) -> object:
            if isinstance(value, list):
                return [filled(part) for part in value]
            return given.get(value, value) if isinstance(value, str) else value

        return {name: filled(value) for name, value in says.items()}

    # -- over the sockets ----------------------------------------------------------------

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

    async def _greeted(self, actor: Actor) -> Client:
        if actor in SITE_OF:
            return await self.desk.customer(identity=self.proof(actor))
        return await self.desk.customer(self.tokens.get(actor))

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

    async def over_socket(self, row: Row, actor: Actor, thing: str | int, id_: str, *, own: bool) -> Answer:
        """What somebody is answered, or whether the other side hears of it."""
        side, _, kind = row.what.partition(",")[0].partition(" ")
        if row.in_chat == "none":
            await self.without_chat(actor)
        alone = kind in ("hello", "identify")
        line = await self._unspoken(side, actor) if kind == "hello" else await self.line(side, actor, new=alone)
        chat = await self.chat(OWN[actor]) if OWN_CHAT in row.says.values() else ""
        event = await self._said_in_chat(row, side, actor, line, own=own) if EVENT in row.says.values() else 0
        fields = self._filled(row.says, actor, thing, event, "", chat)
        if kind in ("typing", "read"):
            return await self._noticed(side, line, kind, fields, actor)
        answer, frame = await self.said(line, kind, {**fields, "id": id_})
        if row.in_chat == "none" and frame is not None and answer.word == "ok" and actor in MARKS:
            owner = OWN[actor]
            await self._begun(owner, line, await self.line("staff", self._agent_of(frame, owner)), frame["chat"])
        else:
            await self.forget(row, actor, answer, frame)
        if alone and line.closed is None:
            await line.close()
        if kind == "presence.set" and actor in AGENT_OF.values():
            await self._at_work(actor)
        return answer

    async def _at_work(self, agent: Actor) -> None:
        await (await self.line("staff", agent)).command("presence.set", status="available", capacity=50)

    def _agent_of(self, started: Frame, owner: Owner) -> Actor:
        return "agent" if self.desk.desk.open_chats.team_of(started["chat"]) == "media" else AGENT_OF[owner]

    async def _unspoken(self, side: str, actor: Actor) -> Client:
        headers = {"Authorization": f"Bearer {self.tokens[actor]}"} if actor in self.tokens else {}
        return await self.desk.connect("staff" if side == "staff" else "customer", headers)

    async def _said_in_chat(self, row: Row, side: str, actor: Actor, line: Client, *, own: bool) -> int:
        """The place of a new message in their own chat: theirs, where it is to be taken away; else the other side's."""
        if not own or line.closed is not None:
            return 2
        owner, redacts = OWN[actor], row.what.endswith("redact")
        by_customer = (side == "customer") == redacts or actor in ("supervisor", "other_supervisor")
        speaks = self._lines["customer", owner] if by_customer else await self.line("staff", AGENT_OF[owner])
        text = f"a word {next(self._numbers)}"
        said = await speaks.command("message.send", chat=await self.chat(owner), text=text)
        party = line in (self._lines["customer", owner], self._lines["staff", AGENT_OF[owner]])
        if line is not speaks and party:
            await line.event("message", text=text)
        return int(said["seq"])

    async def _noticed(self, side: str, line: Client, kind: str, fields: Frame, actor: Actor) -> Answer:
        """Whether anybody in the chat hears of what is never answered."""
        if line.closed is not None:
            return Answer(str(line.closed), "")
        listening = [one for (_, who), one in self._lines.items() if one is not line and one.closed is None]
        before = [len(one.events) for one in listening]
        await line.raw({"type": kind, **fields})
        await line.command("ping")
        await asyncio.gather(*(one.command("ping") for one in listening))
        heard = [
            event
            for one, start in zip(listening, before, strict=True)
            for event in one.events[start:]
            if event["type"] == kind
        ]
        assert not line.stray, line.stray
        return Answer("heard" if heard else "quiet", "")

    async def ask(self, row: Row, actor: Actor, thing: str | int, id_: str, *, own: bool) -> Answer:
        """What somebody gets, whatever way the row is."""
        if row.what.startswith(("customer ", "staff ")):
            return await self.over_socket(row, actor, thing, id_, own=own)
        return (await self.over_http(row, actor, thing))[0]

    def overheard(self) -> list[str]:
        """What came on somebody's connection, over all the time, about what is another's."""
        return [
            f"{actor} on {side}: {frame}"
            for (side, actor), line in self._lines.items()
            for owner in FOREIGN[actor]
            for frame in line.heard
            if MARKS[owner] in str(frame)
        ]


def _is_said(row: Row) -> bool:
    """Is the thing named in what is said, and not by the path?"""
    return THING in str([row.says, row.query])


def _sample(path: str) -> str:
    face = path.rpartition("/")[2]
    if face in _SAMPLES:
        return _SAMPLES[face]
    return next(file.name for file in sorted((_STATIC / face / "static").iterdir()) if file.is_file())


def _word(response: httpx2.Response) -> str:
    if response.status_code == 303 and response.headers["location"].startswith("/sign-in"):
        return "sign_in"
    if response.status_code < 400:
        return "ok"
    if response.content and response.headers["content-type"].startswith("application/problem+json"):
        return str(response.json()["code"])
    return {403: "forbidden", 404: "not_found"}.get(response.status_code, str(response.status_code))


def _all_of(response: httpx2.Response) -> str:
    """Every byte that could tell one answer from another: without the date, and the length, which the body shows."""
    headers = [f"{name}: {value}" for name, value in response.headers.items() if name not in ("date", "content-length")]
    return "\n".join([str(response.status_code), *headers, "", response.text])


def difference(one: Answer, of: str | int, other: Answer, of_other: str | int) -> str | None:
    """Where two answers are not the same, but for the names of the things that were asked for."""
    named = re.compile(rf"(?<!\d)(?:{re.escape(str(of))}|{re.escape(str(of_other))})(?!\d)")
    left, right = (named.sub(THING, answer.said).splitlines() for answer in (one, other))
    return next((f"{a!r}, and {b!r}" for a, b in zip_longest(left, right) if a != b), None)
