"""`switchboard ban`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, in_database, load_settings

if TYPE_CHECKING:
    from identity.bans import Ban
    from storage.ports import Tx

ban = typer.Typer(
    help="Block customers, networks and senders of mail for a limited time.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@ban.command("add")
def ban_add(
    hours: Annotated[int, typer.Option(help="Duration in hours, up to 720 (30 days).")],
    network: Annotated[
        str | None,
        typer.Option(help="An address or a network, at most a /16 (IPv4) or /32 (IPv6).", show_default=False),
    ] = None,
    customer: Annotated[str | None, typer.Option(help="The id of a visitor or account.", show_default=False)] = None,
    sender: Annotated[
        str | None, typer.Option(help="An email address, or a domain with those below it.", show_default=False)
    ] = None,
    reason: Annotated[str, typer.Option(help="Recorded in the audit.")] = "",
    data: Data = None,
) -> None:
    """Block a network, a customer or a sender of mail. Within two seconds, what comes from there is refused."""
    from clock import rfc3339, system_clock
    from identity.actor import SYSTEM
    from identity.adapters import ban_store
    from identity.bans import network_to_block, sender_to_block

    if [network, customer, sender].count(None) != 2:
        fail("Give one of --network, --customer and --sender.")
    settings = load_settings(data=data)

    def unit(tx: Tx) -> Ban:
        now = system_clock()
        if customer is not None:
            return ban_store.block(tx, SYSTEM, "customer", customer.strip(), hours, now, reason=reason)
        if sender is not None:
            return ban_store.block(tx, SYSTEM, "sender", sender_to_block(sender), hours, now, reason=reason)
        return ban_store.block(tx, SYSTEM, "network", network_to_block(network or ""), hours, now, reason=reason)

    made = in_database(settings, unit)
    print(f"{made.id}\t{made.kind}\t{made.subject}\tuntil {rfc3339(made.until)}")


@ban.command("list")
def ban_list(data: Data = None) -> None:
    """List active blocks: id, kind, whom they block, end, number of refusals, reason."""
    from clock import rfc3339, system_clock
    from identity.adapters import ban_store

    settings = load_settings(data=data)
    for one in in_database(settings, lambda tx: ban_store.in_force(tx, system_clock())):
        told = (one.id, one.kind, one.subject, f"until {rfc3339(one.until)}", f"{one.refused} refused", one.reason)
        print("\t".join(told).rstrip())


@ban.command("lift")
def ban_lift(
    id: Annotated[str, typer.Argument(help="Id of the block, as shown by `switchboard ban list`.")], data: Data = None
) -> None:
    """End a block early."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters import ban_store

    settings = load_settings(data=data)
    lifted = in_database(settings, lambda tx: ban_store.lift(tx, SYSTEM, id, system_clock()))
    print(f"{lifted.kind} {lifted.subject} is no longer blocked.")
