"""`switchboard client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, fail, in_database, load_desk, load_settings

if TYPE_CHECKING:
    from server.settings import Settings
    from storage.ports import Tx

Products = Annotated[
    list[str] | None,
    typer.Option(help="A product of the client, as in the hours file. Can be repeated.", show_default=False),
]

client = typer.Typer(help="The companies that customers work for.", no_args_is_help=True, rich_markup_mode=None)


@client.callback()
def clients() -> None:
    """The companies that customers work for."""


@client.command("add")
def client_add(
    name: Annotated[str, typer.Option(help="Display name; must be unique.")],
    domain: Annotated[
        list[str] | None,
        typer.Option(help="An email domain whose people belong to the client. Can be repeated.", show_default=False),
    ] = None,
    account_team: Annotated[
        str | None,
        typer.Option(help="Email address for hand-overs. Default: that of the ticket's team.", show_default=False),
    ] = None,
    vip: Annotated[bool, typer.Option("--vip", help="Give its people priority in queues.")] = False,
    product: Products = None,
    data: Data = None,
    hours: Hours = None,
) -> None:
    """Add a client."""
    from uuid_utils import uuid7

    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.customer_store import SqlCustomerStore
    from identity.adapters.store import SqlStore
    from identity.audit import line
    from identity.customers import Customers

    settings = load_settings(data=data, hours=hours)
    products = _products(settings, product or [])

    def unit(tx: Tx) -> str:
        now = system_clock()
        added = Customers(SqlCustomerStore()).add_client(
            tx,
            id=str(uuid7()),
            name=name,
            domains=domain or [],
            account_team=account_team,
            vip=vip,
            now=now,
            products=products,
        )
        domains = sorted(added.domains)
        detail = {"domains": domains, "vip": added.vip, "products": products}
        SqlStore().record(tx, line(SYSTEM, "add", "client", added.id, detail, now))
        theirs = f"; its email domains are {', '.join(domains)}" if domains else ""
        return f"{added.name} is a {'VIP client' if vip else 'client'}{theirs}."

    print(in_database(settings, unit))


@client.command("products")
def client_products(
    name: Annotated[str, typer.Option(help="Name of the client.")],
    product: Products = None,
    data: Data = None,
    hours: Hours = None,
) -> None:
    """Replace the products of a client. Its people may read articles for clients with these products."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.customer_store import SqlCustomerStore
    from identity.adapters.store import SqlStore
    from identity.audit import line
    from identity.customers import Customers

    settings, store = load_settings(data=data, hours=hours), SqlCustomerStore()
    products = _products(settings, product or [])

    def unit(tx: Tx) -> str:
        before = store.client_by_name(tx, name)
        if before is None:
            fail(f"There is no client {name[:80]!r}.")
        after = Customers(store).change_client(
            tx,
            before,
            name=before.name,
            domains=before.domains,
            account_team=before.account_team,
            vip=before.vip,
            products=products,
        )
        if after != before:
            detail = {"products": products, "was_products": sorted(before.products)}
            SqlStore().record(tx, line(SYSTEM, "change", "client", after.id, detail, system_clock()))
        return f"{after.name} has {', '.join(products)}." if products else f"{after.name} has no products."

    print(in_database(settings, unit))


def _products(settings: Settings, wanted: list[str]) -> list[str]:
    """The products, each once. Exits if one of them is not in the hours file."""
    known = {product for team in load_desk(settings).teams.values() for product in team.products}
    for product in wanted:
        if product not in known:
            fail(f"There is no product {product[:40]!r}. The hours file has: {', '.join(sorted(known))}.")
    return sorted(set(wanted))


@client.command("coordinator")
def client_coordinator(
    email: Annotated[str, typer.Option(help="The address with which the customer signs in.")],
    off: Annotated[bool, typer.Option("--off", help="They no longer see their colleagues' requests.")] = False,
    data: Data = None,
) -> None:
    """Let a customer read all requests of their company."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.customer_store import SqlCustomerStore
    from identity.adapters.store import SqlStore
    from identity.audit import line
    from identity.customers import Customers

    settings = load_settings(data=data)

    def unit(tx: Tx) -> str:
        company, before = Customers(SqlCustomerStore()).coordinate(tx, email, not off)
        detail = {"coordinates": not off, "was_coordinates": before}
        SqlStore().record(tx, line(SYSTEM, "coordinate", "client", company.id, detail, system_clock()))
        told = "only their own requests and those shared with them" if off else f"all requests of {company.name}"
        return f"{email} sees {told}, in a second."

    print(in_database(settings, unit))
