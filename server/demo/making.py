"""Creates the demo's sample with the services of a real desk: past chats and tickets, and the current afternoon."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from chat.adapters import archive
from chat.adapters.journal import TransactionalJournal
from chat.frames.commands import MessageSend
from chat.frames.customer_commands import ChatEnd, ChatStart
from chat.frames.people import Staff
from chat.frames.staff_commands import ChatClose, NoteAdd
from chat.handover import Handovers
from chat.numbering import Append
from chat.ports import Committed, Stamp
from chat.service import Conversations, note, send
from chat.starting import Joining, Surroundings
from clock import Clock
from identity.accounts import Wanted
from identity.actor import Actor
from identity.adapters import ban_store
from identity.adapters.customer_store import SqlCustomerStore
from identity.adapters.people import People
from identity.customers import Customers, acting
from identity.signed_identities import SignedIdentity
from mail.letter import NewLetter
from refusals import Refused
from routing.adapters import store
from routing.adapters.hours_file import load as load_hours
from routing.queue import overflowed, requeued
from server.demo import sample as sample_data
from server.demo.administration import add_examples
from server.demo.afternoon import CLIENTS, UNDER_WAY, Script, UnderWay
from server.demo.articles import FOLDER, articles_of
from server.demo.authors import add_authors_work
from server.demo.came_back import let_come_back
from server.demo.canned_replies import add_canned_replies
from server.demo.connections import add_connections
from server.demo.follows import add_follows
from server.demo.held_back import hold_back
from server.demo.inbox import add_inbox
from server.demo.lessons import learn, make_lessons
from server.demo.letters import queue_letter
from server.demo.making_past import Messages, PastMaker, add_past_presence, held_by_agent, new_id
from server.demo.past import past_chats
from server.demo.sample import Line, SampleChat, SampleRequest
from server.demo.supervised import add_past_alarms, supervise
from server.demo.systems import make_systems
from server.demo.triage import sort_tickets
from server.demo.visits import visit
from server.demo.weekly import send_weekly_report
from server.demo.yesterday import chats_of_yesterday, review_yesterday
from server.live.chats.chat_details import ChatDetails
from server.live.hours.paces import Paces
from server.live.teams import Teams
from server.live.tickets.tickets import LogsOfChats, TicketsOfChats
from server.operations.article_folders import store_folder
from server.settings import Settings
from storage.opening import open_storage
from storage.ports import Storage, Tx
from ticketing.adapters import handed_over
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.contact import answered
from ticketing.events import reply
from ticketing.service import Tickets
from ticketing.ticket import Requester
from ticketing.wanted import Opening

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
_NETWORK = "203.0.113.0/24"  # reserved for documentation (RFC 5737)
ACCOUNT_TEAM = "accounts@support.example"
_BLOCKED_HOURS = 7 * 24
SITE = "planner"
"""The `kid` of the sample host site, which signs identities of some customers."""
_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/131.0"


def visitor_of(script: Script) -> str:
    """A visitor id that is the same at each start of the demo, so that customers find their chats again."""
    return str(uuid5(NAMESPACE_URL, f"{script.team} {script.email} {script.lines[0].text}"))


@dataclass(frozen=True, slots=True)
class _Makers:
    """The services that make the sample, and the members of staff by first name."""

    settings: Settings
    storage: Storage
    people: People
    tickets: Tickets
    conversations: Conversations
    handovers: Handovers
    messages: Messages
    teams: Sequence[str]
    staff: dict[str, Actor]


async def make(database: str, settings: Settings, clock: Clock) -> None:
    """Fills an empty database with people, clients, and past chats and tickets. `database` is its URL."""
    async with _services(database, settings, clock) as makers:
        desk, password_hash = load_hours(settings.hours), await makers.people.passwords.hashed(sample_data.PASSWORD)
        await makers.storage.write(lambda tx: _add_people(tx, makers, password_hash, clock(), desk.timezone))
        past = PastMaker(
            storage=makers.storage,
            people=makers.people,
            tickets=makers.tickets,
            conversations=makers.conversations,
            handovers=makers.handovers,
            messages=makers.messages,
            staff=makers.staff,
            now=clock(),
        )
        await past.store(past_chats(clock(), desk.timezone))
        samples: list[SampleChat | SampleRequest] = [
            *sample_data.CHATS,
            *sample_data.REQUESTS,
            *chats_of_yesterday(clock(), desk.timezone),
        ]
        for sample in sorted(samples, key=lambda sample: -sample.minutes_ago):
            at = clock() - sample.minutes_ago * MINUTE_MS
            if isinstance(sample, SampleChat):
                await _make_chat(makers, sample, at)
            else:
                await makers.storage.write(partial(_make_request, makers=makers, request=sample, at=at))
        reviewers = (makers.staff["Ines"], makers.staff["Rafael"])
        await review_yesterday(makers.storage, clock, Teams(desk), makers.people, makers.tickets, reviewers)
        for fill in (sort_tickets, add_inbox):
            await makers.storage.write(partial(fill, tickets=makers.tickets, staff=makers.staff, now=clock()))
        await makers.storage.write(lambda tx: add_connections(tx, settings, makers.staff, clock()))
        await store_folder(makers.storage, settings.data, FOLDER, articles_of(desk), clock)
        await make_lessons(makers.storage, settings, desk, clock)
        customer = await makers.storage.write(lambda tx: _add_customer(tx, makers, password_hash, clock()))
        await learn(makers.storage, settings, customer, sample_data.CUSTOMER, sample_data.CUSTOMERS_ADDRESS, clock)
        await makers.storage.write(lambda tx: make_systems(tx, makers.staff["Ines"], clock(), desk.timezone))
        await makers.storage.write(lambda tx: add_follows(tx, customer, "Spectra OX", clock))
        await makers.storage.write(lambda tx: add_authors_work(tx, makers.staff["Nadia"].id, clock, desk.timezone))
        await makers.storage.write(lambda tx: add_canned_replies(tx, makers.staff, settings.data, clock()))
        await makers.storage.write(lambda tx: add_past_alarms(tx, makers.staff, clock()))
        await send_weekly_report(makers.storage, settings, clock, Teams(desk), makers.staff["Ines"])


async def begin_afternoon(settings: Settings, clock: Clock) -> None:
    """Opens the chats of the afternoon. Chats still open from the last run continue."""
    async with _services(settings.storage_url, settings, clock) as makers:
        for one in UNDER_WAY:
            held = await makers.storage.read(partial(archive.open_rows, agent=makers.staff[one.agent].id))
            if len(held) >= sum(other.agent == one.agent for other in UNDER_WAY):
                continue
            # Chats that are still open continue.
            with suppress(Refused):
                await _make_under_way(makers, one, clock())
        zone = load_hours(settings.hours).timezone
        await makers.storage.write(lambda tx: supervise(tx, makers.people, makers.staff, clock(), zone))


async def ids_by_address(settings: Settings, clock: Clock) -> dict[str, str]:
    """The ids of the people whom the sign-in page offers, by their email addresses."""
    async with _services(settings.storage_url, settings, clock) as makers:
        found = await makers.storage.read(
            lambda tx: SqlCustomerStore().accounts_by_email(tx, sample_data.CUSTOMERS_ADDRESS)
        )
    ids = {one.email: one.id for one in makers.staff.values() if one.email is not None}
    return ids | {sample_data.CUSTOMERS_ADDRESS: found[0].id} if found else ids


@asynccontextmanager
async def _services(database: str, settings: Settings, clock: Clock) -> AsyncIterator[_Makers]:
    storage = await open_storage(database)
    people = People(storage, clock, settings.secret_bytes())
    desk = load_hours(settings.hours)
    teams, awaiting = desk.teams, Awaiting(SqlWaits(), Paces(lambda: desk))
    tickets = Tickets(
        SqlStore(),
        SqlReadMarks(),
        SqlIndex(),
        people,
        LogsOfChats(),
        lambda: teams,
        lambda: settings.brand_name,
        awaiting,
    )
    journal = TransactionalJournal(_nobody_listens, ChatDetails(people).all_of)
    conversations = Conversations(journal, TicketsOfChats(tickets, clock))
    handovers = Handovers(journal, lambda team: 1000 * teams[team].silent_s[-1], requeued, overflowed)
    try:
        staff = await storage.read(lambda tx: _staff(tx, people))
        messages = Messages(storage)
        yield _Makers(settings, storage, people, tickets, conversations, handovers, messages, list(teams), staff)
    finally:
        people.close()
        await storage.close()


def _staff(tx: Tx, people: People) -> dict[str, Actor]:
    first_names = {person.email: person.first_name for person in sample_data.PEOPLE}
    return {first_names[actor.email]: actor for actor in people.all_staff(tx) if actor.email in first_names}


def _nobody_listens(news: Committed) -> None:
    """A listener that does nothing, since nobody is connected."""


def _add_people(tx: Tx, makers: _Makers, password_hash: str, now: int, zone: str) -> None:
    held = held_by_agent(now, zone)
    for person in sample_data.PEOPLE:
        actor = makers.people.identity.add_user(
            tx, email=person.email, name=person.name, role=person.role, teams=person.teams, known_teams=makers.teams,
            now=now, password_hash=password_hash,
        )  # fmt: skip
        makers.staff[person.first_name] = actor
        if actor.converses:
            store.enrol(tx, actor.id, now)
            if person.role == "agent":
                add_past_presence(tx, actor, person.first_name, held.get(person.first_name, ()), now, zone)
            store.set_presence(tx, actor.id, person.status, person.reason, person.capacity, None, now)
            store.set_languages(tx, actor.id, person.languages, now)
    add_examples(tx, makers.people, makers.staff, makers.teams, now)
    customers = Customers(SqlCustomerStore())
    for client in CLIENTS:
        customers.add_client(
            tx,
            id=new_id(),
            name=client.name,
            domains=[client.domain],
            account_team=ACCOUNT_TEAM,
            vip=client.vip,
            products=client.products,
            now=now,
        )


def _add_customer(tx: Tx, makers: _Makers, password_hash: str, now: int) -> str:
    """Returns the id of the customer's account."""
    wanted = Wanted(email=sample_data.CUSTOMERS_ADDRESS, name=sample_data.CUSTOMER)
    own = makers.people.accounts.add(tx, wanted, password_hash, new_id(), now)
    makers.people.customers.coordinate(tx, sample_data.CUSTOMERS_ADDRESS, True)
    return own.account.id


async def _make_chat(makers: _Makers, chat: SampleChat, at: int) -> None:
    visitor = chat.visitor or new_id()
    customer = await makers.storage.write(partial(_customer, makers=makers, sample=chat, visitor=visitor, at=at))
    id_ = await _begin(makers, chat, customer, "https://planner.northlake.example/orders", at)
    now = at + chat.waited_s * 1000
    if chat.agent is None:
        await makers.storage.write(lambda tx: makers.conversations.abandon(tx, id_, now))
        return
    agent = makers.staff[chat.agent]
    ended = 30_000 + await _talk(makers, chat, id_, customer, agent, now)
    await makers.storage.write(lambda tx: _end(tx, makers.conversations, chat, id_, customer, agent, ended))
    if chat.letters:
        await makers.storage.write(partial(_send, makers=makers, chat=chat, id_=id_, at=ended))
    if chat.replied is not None:
        await makers.storage.write(partial(_reply, makers=makers, chat=chat, id_=id_, agent=agent, at=ended + HOUR_MS))
    if chat.blocked is not None:
        await makers.storage.write(
            partial(_block, makers=makers, chat=id_, customer=customer, why=chat.blocked, at=ended)
        )


def _reply(tx: Tx, *, makers: _Makers, chat: SampleChat, id_: str, agent: Actor, at: int) -> None:
    row, store = archive.chat_row(tx, id_), SqlStore()
    assert row is not None and row.ticket is not None and chat.replied is not None
    ticket = store.find(tx, row.ticket, lock=True)
    assert ticket is not None
    makers.tickets.keep(tx, ticket, answered(ticket, at), [], agent, at)
    said = reply(agent, chat.replied, [], None, at)
    seq = makers.tickets.append(tx, agent, ticket, said, at, staff_only=False)
    if chat.came_back is not None and chat.email is not None:
        let_come_back(tx, makers.settings, makers.tickets, chat.email, row.ticket, seq, chat.came_back, at)
    elif chat.email is not None:
        letter = NewLetter(
            kind="reply", to=chat.email, ticket=row.ticket, seq=seq, locale=chat.locale, bare=not chat.verified
        )
        queue_letter(tx, makers.settings, letter, at)


def _send(tx: Tx, *, makers: _Makers, chat: SampleChat, id_: str, at: int) -> None:
    row = archive.chat_row(tx, id_)
    assert row is not None and row.ticket is not None and chat.email is not None
    to_customer = NewLetter(kind="solved", to=chat.email, ticket=row.ticket, locale=chat.locale, bare=not chat.verified)
    for kind in chat.letters:
        letter = replace(to_customer, kind=kind)
        if kind == "handover":
            record = handed_over.newest(tx, row.ticket)
            assert record is not None
            letter = NewLetter(kind=kind, to=ACCOUNT_TEAM, ticket=row.ticket, context={"handover": str(record.id)})
        queue_letter(tx, makers.settings, letter, at)


def _block(tx: Tx, makers: _Makers, chat: str, customer: Actor, why: str, at: int) -> None:
    supervisor = next(actor for actor in makers.staff.values() if actor.role == "supervisor")
    ban_store.block(tx, supervisor, "customer", customer.id, _BLOCKED_HOURS, at, reason=why, chat=chat)
    ban_store.block(tx, supervisor, "network", _NETWORK, _BLOCKED_HOURS, at, reason=why, chat=chat)


async def _make_under_way(makers: _Makers, chat: UnderWay, now: int) -> None:
    script = chat.script
    at = now - chat.seconds_ago * 1000
    customer = await makers.storage.write(
        partial(_customer, makers=makers, sample=script, visitor=visitor_of(script), at=at)
    )
    id_ = await _begin(makers, script, customer, script.page, at)
    await _talk(makers, script, id_, customer, makers.staff[chat.agent], at + chat.waited_s * 1000)
    await visit(makers.storage, id_, at, script.pages)


def _customer(tx: Tx, *, makers: _Makers, sample: SampleChat | SampleRequest | Script, visitor: str, at: int) -> Actor:
    """The customer of a sample chat or request.

    A customer with a signed identity gets an account of the sample host site.
    """
    if not sample.verified or sample.email is None:
        return acting(visitor, None, sample.name, sample.email)
    signed = SignedIdentity(SITE, sample.email, sample.email, sample.name, email_verified=True)
    customers = makers.people.customers
    account = customers.prove(tx, signed, new_id, at)
    customers.bind(tx, visitor, account.id, at)
    return acting(visitor, account)


async def _begin(makers: _Makers, chat: SampleChat | Script, customer: Actor, page: str, at: int) -> str:
    around = Surroundings(page=page, locale=chat.locale, timezone=chat.timezone, user_agent=_BROWSER)
    start = ChatStart(id=new_id(), team=chat.team, text=chat.lines[0].text, product=chat.product, subject=chat.subject)

    def begin(tx: Tx) -> str:
        makers.people.keep_visitor(tx, customer, at)
        stamp = Stamp(customer.id, start.id)
        return makers.conversations.start(tx, start, customer, around, new_id, Joining(), at, stamp).chat

    return await makers.storage.write(begin)


async def _talk(
    makers: _Makers, chat: SampleChat | Script, id_: str, customer: Actor, agent: Actor, assigned_at: int
) -> int:
    """Store everything in the chat after its first message. Returns the time of the last message."""
    staff = Staff(agent.id, agent.name or "")

    def assign(tx: Tx) -> None:
        held = makers.conversations.hold(tx, id_)
        assert held is not None
        makers.handovers.assign(held, staff, "dispatcher", assigned_at)

    await makers.storage.write(assign)
    now = assigned_at
    for line in chat.lines[1:]:
        now += line.after_s * 1000
        await makers.messages.store([_append(id_, line, customer, agent, now)])
    return now


def _append(chat: str, line: Line, customer: Actor, agent: Actor, now: int) -> Append:
    if line.by == "note":
        return note(NoteAdd(id=new_id(), chat=chat, text=line.text), agent, now, None)
    writer = customer if line.by == "customer" else agent
    return send(MessageSend(id=new_id(), chat=chat, text=line.text), writer, now, None)


def _end(
    tx: Tx, conversations: Conversations, chat: SampleChat, id_: str, customer: Actor, agent: Actor, now: int
) -> None:
    if chat.status is None:
        conversations.end(tx, ChatEnd(id=new_id(), chat=id_), customer, now, Stamp(customer.id, new_id()))
        return
    close = ChatClose(
        id=new_id(), chat=id_, status=chat.status, resolution=chat.resolution, workaround=chat.workaround,
        with_=chat.with_, product=chat.product,
    )  # fmt: skip
    conversations.close(tx, close, agent, now, Stamp(agent.id, new_id()))


def _make_request(tx: Tx, *, makers: _Makers, request: SampleRequest, at: int) -> None:
    customer = _customer(tx, makers=makers, sample=request, visitor=new_id(), at=at)
    makers.people.keep_visitor(tx, customer, at)
    requester = Requester(customer.account or customer.id, request.name, request.email, customer.verified)
    ticket = makers.tickets.open(
        tx,
        Opening(
            channel=request.channel, team=request.team, requester=requester, by=customer, at=at,
            created_at=at, product=request.product, subject=request.subject, client=customer.client,
        ),
    )  # fmt: skip
    makers.tickets.append(tx, customer, ticket, reply(customer, request.text, [], None, at), at, staff_only=False)
    letter = NewLetter(kind="received", to=request.email, ticket=ticket.number, bare=not request.verified)
    sent = queue_letter(tx, makers.settings, letter, at)
    if request.doubtful:
        hold_back(tx, makers.settings, sent, request.email, at)
