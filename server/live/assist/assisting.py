"""Summaries, suggested replies and codes, and translations, for staff.

Only what customers may read is sent, and what staff want to translate, redacted. Each request is audited before it is
sent, without its texts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from msgspec import Raw, Struct, json

from assist import prompts
from assist.ports import Model, NoAnswer
from assist.prompts import By, Language, Line, Message, What
from assist.redaction import Redaction
from chat.adapters.tables import ChatRow
from clock import Clock
from identity.actor import Actor
from identity.adapters.people import People
from identity.customers import acting
from refusals import Refused
from search.document import Kind
from search.finding import Asked, Finder
from search.reader import Reader
from server.live.readers import reader_of
from server.live.tickets.likely_codes import CodeSuggestions
from storage.ports import Storage, TookTooLong, Tx
from ticketing.codes import CODES
from ticketing.errors import NotFound
from ticketing.ports import ChatLogs
from ticketing.service import Tickets
from ticketing.ticket import TEXT_MAX

T = TypeVar("T")
AT_ONCE = 4
"""Requests of one process to the model at the same time."""
READ_S = 5.0
"""Lists and searches of everybody wait for the same few connections."""
CODES_MAX = 3
SOURCES = 3
SOURCE_MAX = 1_500
"""Characters of an article that are sent."""


@dataclass(frozen=True, slots=True)
class Source:
    """An article behind a suggested reply. `text` is the part of it that fits."""

    id: str
    title: str
    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """What was suggested. `host` is where texts were sent; None if nothing left the desk. `characters` were sent."""

    text: str | None = None
    codes: Sequence[str] = ()
    sources: Sequence[Source] = ()
    host: str | None = None
    characters: int = 0


@dataclass(frozen=True, slots=True)
class _Talk:
    """A conversation: its texts, the names in it (the customer's first), and what the audit calls it."""

    thing: str
    id: str
    customer: str | None
    subject: str | None
    lines: Sequence[Line]
    names: Sequence[str | None]

    @property
    def asked(self) -> str:
        """The last text of the customer, or of anybody if the customer has written none."""
        texts = [line.text for line in self.lines if line.by == "customer"] or [line.text for line in self.lines]
        return texts[-1] if texts else ""


class Assisting:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        tickets: Tickets,
        chat_logs: ChatLogs,
        codes: CodeSuggestions,
        finder: Finder,
        model: Model | None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._people = people
        self._tickets = tickets
        self._chat_logs = chat_logs
        self._codes = codes
        self._finder = finder
        self._model = model
        self._under_way = 0

    @property
    def host(self) -> str | None:
        """The host to which texts are sent. None if there is no model."""
        return self._model.host if self._model is not None else None

    async def of_ticket(
        self, actor: Actor, number: int, what: What, text: str | None, to: Language | None
    ) -> Assistance:
        """Assistance with a ticket. Raises NotFound if the actor may not see it, StorageUnavailable, and Refused:
        `invalid`, `conflict` if this needs a model and there is none, `rate_limited`, `unavailable` if the model gives
        no answer."""
        talk = await self._read(lambda tx: self._ticket(tx, actor, number))
        likely = list((await self._codes.for_ticket(actor, number)).codes) if what == "code" else []
        return await self._assist(actor, talk, what, text, to, likely)

    async def of_chat(self, actor: Actor, chat: str, what: What, text: str | None, to: Language | None) -> Assistance:
        """Assistance with a chat. Raises like `of_ticket`."""
        talk = await self._read(lambda tx: self._chat(tx, actor, chat))
        likely = list((await self._codes.for_chat(actor, chat)).codes) if what == "code" else []
        return await self._assist(actor, talk, what, text, to, likely)

    async def _read(self, query: Callable[[Tx], T]) -> T:
        try:
            return await self._storage.read(query, "heavy", READ_S)
        except TookTooLong:
            raise Refused("unavailable", "This took too long. Try again in a moment.") from None

    def _ticket(self, tx: Tx, actor: Actor, number: int) -> _Talk:
        ticket = self._tickets.theirs(tx, actor, number)
        view = self._tickets.get(tx, actor, number, self._clock())
        events = view.transcript if isinstance(view.transcript, list) else []
        asked = ticket.requester
        return _Talk("ticket", str(number), asked.id, ticket.subject, *_read(events, [asked.name]))

    def _chat(self, tx: Tx, actor: Actor, chat: str) -> _Talk:
        row = tx.session.get(ChatRow, chat)
        if row is None or not actor.sees(row.team):
            raise NotFound
        events = self._chat_logs.of(tx, [chat], for_staff=False)
        return _Talk("chat", chat, row.customer, row.subject, *_read(events, [row.name]))

    async def _assist(
        self, actor: Actor, talk: _Talk, what: What, text: str | None, to: Language | None, likely: Sequence[str]
    ) -> Assistance:
        if (what == "translation") is (to is None) or (text is not None and to is None):
            sentence = "A translation needs a language, and nothing else has one."
            raise Refused("invalid", sentence, {"to": sentence})
        found = await self._read(lambda tx: self._found(tx, talk)) if what == "reply" else []
        sources = [source for source, _ in found]
        if self._model is None:
            if what in ("summary", "translation"):
                raise Refused("conflict", "This desk has no assistant. An operator can set one up.")
            return Assistance(codes=likely, sources=sources)
        if not (text or talk.lines):
            raise Refused("conflict", "Nothing has been written yet.")
        redaction = Redaction(talk.names)
        articles = [(one.title, body) for one, body in found]
        # Texts may be long, and messages of chats do not wait for them.
        messages = await asyncio.to_thread(_messages, what, talk, redaction, articles, text, to)
        answer, characters = await self._asked(self._model, actor, talk, what, messages)
        sent = Assistance(host=self._model.host, characters=characters)
        if what == "code":
            key = prompts.code_of(answer, _MEANINGS)
            codes = list(dict.fromkeys([*([key] if key else []), *likely]))[:CODES_MAX]
            return replace(sent, codes=codes)
        return replace(sent, text=redaction.shown(answer)[:TEXT_MAX], sources=sources)

    async def _asked(
        self, model: Model, actor: Actor, talk: _Talk, what: What, messages: Sequence[Message]
    ) -> tuple[str, int]:
        """The model's answer, and the number of characters that were sent."""
        if self._under_way >= AT_ONCE:
            raise Refused("rate_limited", "The assistant has much to do. Try again in a moment.", retry_after_s=5.0)
        self._under_way += 1
        try:
            characters = sum(len(message.content) for message in messages)
            detail: dict[str, object] = {"what": what, "host": model.host, "characters": characters}
            now = self._clock()
            await self._storage.write(
                lambda tx: self._people.record(tx, actor, "assist", talk.thing, talk.id, detail, now)
            )
            return await model.answer(messages), characters
        except NoAnswer as error:
            raise Refused("unavailable", str(error)) from None
        finally:
            self._under_way -= 1

    def _found(self, tx: Tx, talk: _Talk) -> list[tuple[Source, str]]:
        """The articles that fit the question best, each with its text. Only those that the customer may read."""
        account = self._people.account(tx, talk.customer) if talk.customer is not None else None
        reader = reader_of(tx, acting(account.id, account) if account is not None else None)
        # The search has a reader of its own, with the same fields.
        allowed = Reader(reader.signed_in, reader.staff, reader.products)
        text = f"{talk.subject or ''}\n{talk.asked}"
        asked = Asked(q=text, reader=allowed, kinds=_ARTICLES, limit=SOURCES, sentences=True)
        return [
            (Source(of.source, of.title, of.address, one.excerpt.text), of.body[:SOURCE_MAX])
            for one in self._finder.find(tx, asked).results
            for of in (one.document,)
        ]


def _messages(
    what: What,
    talk: _Talk,
    redaction: Redaction,
    articles: Sequence[tuple[str, str]],
    text: str | None,
    to: Language | None,
) -> list[Message]:
    if to is not None:
        return prompts.translation(redaction.hidden(text or talk.asked), to)
    said = redaction.hidden(prompts.conversation(talk.lines, talk.names[0]))
    if what == "summary":
        return prompts.summary(said)
    return prompts.code(said, _MEANINGS) if what == "code" else prompts.reply(said, articles)


_MEANINGS = {key: code.meaning for key, code in CODES.items() if code.set_by == "person" and not code.names_another}


class _Author(Struct):
    kind: str = "system"
    name: str | None = None


class _Event(Struct, rename={"from_": "from"}):
    type: str
    text: str | None = None
    from_: _Author | None = None


_event = json.Decoder(_Event)
_SAID = frozenset({"message", "reply"})
_ARTICLES: tuple[Kind, ...] = ("article",)
_AUTHORS: Mapping[str, By] = {"customer": "customer", "staff": "staff"}


def _read(events: Sequence[Raw], names: Sequence[str | None]) -> tuple[list[Line], list[str | None]]:
    """The public texts of a conversation, and all names in it."""
    lines: list[Line] = []
    known = list(names)
    for raw in events:
        event = _event.decode(raw)
        if event.type in _SAID and event.text and event.from_ is not None:
            by = event.from_.kind
            lines.append(Line(_AUTHORS.get(by, "system"), event.text))
            known.append(event.from_.name)
    return lines, known
