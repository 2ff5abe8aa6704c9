"""`switchboard demo`: a desk with sample people and tickets, only reachable from this machine.

The demo's password is public. Therefore, the demo has a data folder and a database of its own, whatever the settings of
the real desk. The sample people and tickets are created once, all of them or none. Every start opens current chats, in
which scripted customers answer.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from joserfc import jwt
from joserfc.jwk import OctKey

from clock import Clock, system_clock
from identity import visitors
from server.app import App
from server.demo.afternoon import CROWD, IN_LINE, UNDER_WAY, Script
from server.demo.customers import Customer, Pass, crowd
from server.demo.database import is_prepared, new_database
from server.demo.letters import AUTHSERV_ID, DOMAIN
from server.demo.mailbox import Mailboxes
from server.demo.making import SITE, begin_afternoon, ids_by_address, make, visitor_of
from server.demo.sample import CUSTOMER, CUSTOMERS_ADDRESS, HOURS, PASSWORD, PEOPLE, RETURNING
from server.settings import Settings, load
from widgets.samples import SamplePerson, Samples


def settings(database_url: str | None = None, redis_url: str | None = None) -> Settings:
    """The settings of the environment, without those that could affect a real desk. Also writes the hours file of the
    demo. `database_url` is that of a PostgreSQL database for the demo alone, and `redis_url` that of a Redis server.
    Raises SettingsFaults."""
    # Only the data folder is needed. Since a secret is given, none is generated.
    real = load(secret=secrets.token_urlsafe(32), database_url=None)
    data = real.data / ("demo" if database_url is None else "demo-scaled")
    given: dict[str, object] = {
        "data": data,
        "hours": data / "hours.yaml",
        "redis_url": redis_url,
        "smtp_url": None,
        "mail_domain": DOMAIN,
        "mail_listen": None,
        "mail_authserv_id": AUTHSERV_ID,
        "identity_secret": f"{SITE}:{secrets.token_urlsafe(32)}",
    }
    found = load(database_url=None, **given)
    if database_url is not None:
        found = load(database_url=database_url, secret=found.secret, **given)
    found.hours.write_text(HOURS, encoding="utf-8")
    found.demo = True
    return found


MAKING = """
  Making the sample: three months of chats and tickets. This is done once, and takes about 20 seconds."""


def prepare(settings: Settings, clock: Clock = system_clock) -> None:
    """Create the sample unless it exists. An incomplete sample is deleted and created again."""
    if not is_prepared(settings):
        with new_database(settings) as database:
            asyncio.run(make(database, settings, clock))


def open_chats(settings: Settings) -> None:
    """Open the chats of the current afternoon. The database must have the newest version."""
    asyncio.run(begin_afternoon(settings, system_clock))


def create_app(
    settings: Settings,
    *,
    busy: bool = False,
    alongside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    first: bool = True,
) -> App:
    """The program with sample people on its sign-in page. `alongside` is that of `App`.

    The first process of the desk also has scripted customers. If `busy`, new customers keep coming.
    """
    ids = asyncio.run(ids_by_address(settings, system_clock))
    people = [
        *(SamplePerson(one.name, one.email, one.role, one.teams, ids.get(one.email)) for one in PEOPLE),
        SamplePerson(CUSTOMER, CUSTOMERS_ADDRESS, "customer", (), ids.get(CUSTOMERS_ADDRESS)),
    ]

    @asynccontextmanager
    async def customers() -> AsyncIterator[None]:
        if not first:
            async with alongside():
                yield
            return
        playing = asyncio.create_task(_play(settings, busy=busy))
        try:
            async with alongside():
                yield
        finally:
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)

    mailboxes = Mailboxes(lambda: app.desk.reception, system_clock)
    samples = Samples(people, PASSWORD, settings.data / "mail", mailboxes.answer)
    app = App(settings, samples=samples, alongside=customers)
    return app


async def _play(settings: Settings, *, busy: bool) -> None:
    """Play all scripted customers until the task is cancelled."""
    async with asyncio.TaskGroup() as customers:
        for script in _known():
            customers.create_task(_customer(settings, script, visitor_of(script)).play())
        if busy:
            customers.create_task(crowd(CROWD, lambda script: _customer(settings, script), random.SystemRandom()))


def _known() -> Iterator[Script]:
    yield from (one.script for one in UNDER_WAY)
    yield from IN_LINE


def _customer(settings: Settings, script: Script, visitor: str | None = None) -> Customer:
    """A customer who plays `script`.

    If the script is `verified`, the customer has a signed identity. Otherwise, the customer is `visitor`, or a new
    visitor if that is None.
    """
    proof = Pass()
    if script.verified:
        proof.identity = lambda: _signed(settings, script)
    elif visitor is not None:
        proof.token = visitors.issue(settings.secret_bytes(), visitor, system_clock())
    address = settings.base_url.replace("http", "ws", 1) + "/ws/customer"
    return Customer(script, address, proof, random.SystemRandom())


def _signed(settings: Settings, script: Script) -> str:
    seconds = system_clock() // 1000
    claims = {
        "sub": script.email,
        "email": script.email,
        "email_verified": True,
        "name": script.name,
        "aud": settings.base_url,
        "iat": seconds,
        "exp": seconds + 300,
    }
    key = OctKey.import_key(settings.identity_secrets()[SITE][0])
    return jwt.encode({"alg": "HS256", "kid": SITE}, claims, key)


def welcome(settings: Settings) -> str:
    """The text printed once the demo is ready."""
    at = settings.base_url
    returning = visitors.issue(settings.secret_bytes(), RETURNING, system_clock())
    agents = [person for person in PEOPLE if person.role == "agent"]
    admin = next(person for person in PEOPLE if person.role == "admin")
    return "\n".join(
        (
            "",
            "  Switchboard demo: sample people, always open, only reachable from this machine.",
            "",
            "  Open the customer's page and the console side by side:",
            f"  Customer's page   {at}/demo      (the Chat button is at the bottom right)",
            f"  Agents' console   {at}/console",
            f"  Tickets           {at}/tickets",
            f"  Help Center       {at}/",
            f"  Administration    {at}/admin (as {admin.email})",
            f"  Letters           {at}/demo/mail (the mail that it would send; you can answer it there)",
            f"  Passkeys          {at.replace('127.0.0.1', 'localhost')}/account (browsers offer none for 127.0.0.1)",
            "",
            "  To come back as a customer with earlier conversations, open this in a new browser window:",
            f"  {at}/demo#visitor={returning}",
            "",
            f"  Sign in as {agents[0].email} ({agents[0].name}: {', '.join(agents[0].teams)})",
            f"  or as the customer {CUSTOMERS_ADDRESS} ({CUSTOMER}),",
            f"  or anyone else on the sign-in page. Everyone's password is: {PASSWORD}",
            "",
            "  Scripted customers read what you write and answer. --busy keeps new customers coming.",
            "",
            f"  Data is kept in {settings.data}. Press Ctrl+C to stop.",
            "",
        )
    )
