"""How each of the nine people of the matrix asks for what a row names, over HTTP and over the sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

import httpx2

from tests.attachments.samples import PDF
from tests.running import Client, Frame
from tests.signing import DESK
from tests.stories.belongings import OWN_SESSION, Belongings, is_said
from tests.stories.matrix import (
    CODE,
    EVENT,
    FOREIGN,
    OWN,
    OWN_CHAT,
    OWN_TEAM,
    STAFF,
    THING,
    WITHOUT_TEAM,
    Actor,
    Owner,
    Row,
)
from tests.stories.nine_people import AGENT_OF, MARKS, TEAM_OF, Answer
from widgets.shared.assets import ASSETS

_STATIC = Path(__file__).parents[2] / "widgets"
_SAMPLES = {"shared": "icons.svg"}
_NEW_VISITOR = re.compile(r"(?<=switchboard_visitor=)[\w-]+|(?<=expires=)[^;]+")
_BUILD = next(iter(ASSETS.builds))


class Stage(Belongings):
    """The desk with everybody on it."""

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
        sent: Frame = {"data" if row.form else "json": body} if body else {}
        if row.form:
            headers = {**headers, "Origin": DESK}
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
        number = (await self.tickets(OWN[actor]))[0] if row.thing != "ticket" or is_said(row) else thing
        if "{letter}" in path:
            path = path.replace("{letter}", str(await self.failed_letter(int(number))))
        if "{mail}" in path:
            about = self.suspended if "/suspended/" in path else self.mail_about
            path = path.replace("{mail}", str(await about(int(number))))
        if path.endswith("/address/try-again"):
            await self.bounced(int(number))
        if path.endswith("/transcript"):
            await self.reachable(int(number))
        if "{handover}" in path:
            path = path.replace("{handover}", str(await self.failed_handover(int(number))))
        # Nobody follows what is asked for with GET.
        path = path.replace("{kind}/{id}", "releases/lumina" if row.what.startswith("GET") else "system/all")
        path = path.replace("{staff}", "nobody").replace("{note}", "4711")
        return path.replace("{number}", str(number)).replace("{id}", str(thing)), query

    async def _key(self, owner: Owner) -> str:
        asked = {**self.headers[owner], "Accept": "application/json"}
        told = await self.http.get(f"/api/files/{await self.file(owner)}", headers=asked)
        return str(told.json()["url"]).partition("?key=")[2]

    async def _reply_of(self, row: Row, actor: Actor) -> int:
        """The place of something that they just said on their ticket."""
        path = f"/api/tickets/{(await self.tickets(OWN[actor]))[0]}/replies"
        by = actor if actor not in ("nobody", *WITHOUT_TEAM) else OWN[actor]
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
        if row.follows and own:
            await self.said(line, "ticket.follow", {"ticket": thing, "after": 0})
        if kind in ("typing", "read", "page", "ticket.read", "ticket.writing"):
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

    def _agent_of(self, started: Frame, owner: Owner) -> Actor:
        return "agent" if self.desk.desk.open_chats.team_of(started["chat"]) == "media" else AGENT_OF[owner]

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


def _sample(path: str) -> str:
    face = path.rpartition("/")[2]
    if face in _SAMPLES:
        return _SAMPLES[face]
    return next(file.name for file in sorted((_STATIC / face / "static").iterdir()) if file.is_file())


JSON = "application/json"
"""Refusals to programs that were written for Zendesk."""


_OF_SCIM = {400: "invalid", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict"}
"""Words for errors of SCIM, which have no code."""


def _word(response: httpx2.Response) -> str:
    if response.status_code == 303 and response.headers["location"].startswith("/sign-in"):
        return "sign_in"
    if response.status_code < 400:
        return "ok"
    if response.content and response.headers["content-type"].startswith(("application/problem+json", JSON)):
        return str(response.json()["code"])
    if response.headers.get("content-type") == "application/scim+json":
        return _OF_SCIM[response.status_code]
    return {403: "forbidden", 404: "not_found"}.get(response.status_code, str(response.status_code))


def _all_of(response: httpx2.Response) -> str:
    """Every byte that could tell one answer from another: without the date, and the length, which the body shows."""
    headers = [f"{name}: {value}" for name, value in response.headers.items() if name not in ("date", "content-length")]
    # A browser that is not known yet gets a new token.
    headers = [_NEW_VISITOR.sub("…", header) for header in headers]
    return "\n".join([str(response.status_code), *headers, "", response.text])


def difference(one: Answer, of: str | int, other: Answer, of_other: str | int) -> str | None:
    """Where two answers are not the same, but for the names of the things that were asked for."""
    named = re.compile(rf"(?<!\d)(?:{re.escape(str(of))}|{re.escape(str(of_other))})(?!\d)")
    left, right = (named.sub(THING, answer.said).splitlines() for answer in (one, other))
    return next((f"{a!r}, and {b!r}" for a, b in zip_longest(left, right) if a != b), None)
