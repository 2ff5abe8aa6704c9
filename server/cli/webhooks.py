"""`switchboard webhook`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, T, fail, in_database, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.ports import Tx
    from webhooks.service import Webhooks

webhook = typer.Typer(
    help="Programs of account teams that get hand-overs.", no_args_is_help=True, rich_markup_mode=None
)

AccountTeam = Annotated[
    str, typer.Option("--account-team", help="Email address of the account team, as in the hours file or the client.")
]


@webhook.command("add")
def webhook_add(
    account_team: AccountTeam,
    url: Annotated[str, typer.Option(help="Where messages are sent to: https, or http in your own network.")],
    data: Data = None,
) -> None:
    """Send hand-overs of an account team to a URL too. Prints the secret, which cannot be shown again."""
    from clock import system_clock
    from egress import AddressRefused, Egress
    from texts.addresses import is_email

    if not is_email(account_team):
        fail(f"{account_team!r:.90} is not an email address. Write it like name@company.example.")
    settings = load_settings(data=data)
    try:
        Egress(settings.egress_allow).check(url)
    except AddressRefused as refused:
        fail(f"{refused} If it is in your own network, list its host in SWITCHBOARD_EGRESS_ALLOW.")
    print(_do(data, "add", account_team, lambda webhooks, tx: webhooks.add(tx, account_team, url, system_clock())))


@webhook.command("list")
def webhook_list(data: Data = None) -> None:
    """List webhooks: account team, URL, and why it gets no messages."""
    settings = load_settings(data=data)
    webhooks = _webhooks(settings.secret_bytes())
    found = in_database(settings, webhooks.receivers)
    for receiver in found:
        print(f"{receiver.account_team}\t{receiver.url}\t{receiver.fault or 'enabled'}")
    if not found:
        print("There are no webhooks.")


@webhook.command("rotate")
def webhook_rotate(account_team: AccountTeam, data: Data = None) -> None:
    """Replace the secret and print the new one. For 24 hours, messages carry signatures with both."""
    from clock import system_clock

    print(_do(data, "rotate", account_team, lambda webhooks, tx: webhooks.rotate(tx, account_team, system_clock())))


@webhook.command("enable")
def webhook_enable(account_team: AccountTeam, data: Data = None) -> None:
    """Send messages again to a webhook that answered 410."""
    _do(data, "enable", account_team, lambda webhooks, tx: webhooks.enable(tx, account_team))
    print(f"The webhook of {account_team} gets messages again.")


@webhook.command("remove")
def webhook_remove(account_team: AccountTeam, data: Data = None) -> None:
    """Remove the webhook of an account team. Messages that still wait to be sent are marked as failed."""
    _do(data, "remove", account_team, lambda webhooks, tx: webhooks.remove(tx, account_team))
    print(f"{account_team} has no webhook now.")


def _do(data: Data, action: str, account_team: str, change: Callable[[Webhooks, Tx], T]) -> T:
    """Make a change and write it to the audit."""
    from clock import system_clock
    from identity.actor import SYSTEM
    from identity.adapters.store import SqlStore
    from identity.audit import line
    from refusals import Refused

    settings = load_settings(data=data)
    webhooks = _webhooks(settings.secret_bytes())

    def unit(tx: Tx) -> T:
        done = change(webhooks, tx)
        SqlStore().record(tx, line(SYSTEM, action, "webhook", account_team.lower(), {}, system_clock()))
        return done

    try:
        return in_database(settings, unit)
    except Refused as refused:
        fail(refused.message)


def _webhooks(secret: bytes) -> Webhooks:
    from server.live.mail.webhook_messages import webhooks_of

    return webhooks_of(secret)
