"""`switchboard webhook`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from server.cli.inputs import Data, T, fail, in_database, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from storage.ports import Tx
    from webhooks.service import Webhooks
    from webhooks.subscriptions import Subscriptions

webhook = typer.Typer(
    help="Programs that get hand-overs of account teams, or events.", no_args_is_help=True, rich_markup_mode=None
)

AccountTeam = Annotated[
    str | None,
    typer.Option("--account-team", help="Email address of the account team, as in the hours file or the client."),
]
Url = Annotated[str | None, typer.Option("--url", help="The URL, for a webhook that gets events.")]


@dataclass(frozen=True, slots=True)
class _Both:
    """The webhooks of account teams, and those that get events. A command names one by its account team or its URL."""

    teams: Webhooks
    events: Subscriptions

    def rotate(self, tx: Tx, whose: str, now: int) -> str:
        if "://" in whose:
            return self.events.rotate(tx, self.events.of_url(tx, whose).id, now)[1]
        return self.teams.rotate(tx, whose, now)

    def enable(self, tx: Tx, whose: str) -> None:
        if "://" in whose:
            from webhooks.subscriptions import Change

            self.events.change(tx, self.events.of_url(tx, whose).id, Change(enabled=True))
        else:
            self.teams.enable(tx, whose)

    def remove(self, tx: Tx, whose: str, now: int) -> None:
        if "://" in whose:
            self.events.remove(tx, self.events.of_url(tx, whose).id, now)
        else:
            self.teams.remove(tx, whose, now)


@webhook.command("add")
def webhook_add(
    url: Annotated[str, typer.Option(help="Where messages are sent to: https, or http in your own network.")],
    account_team: AccountTeam = None,
    event: Annotated[
        list[str] | None, typer.Option("--event", help="An event, such as article.published. Can be repeated.")
    ] = None,
    data: Data = None,
) -> None:
    """Send the hand-overs of an account team to a URL, or events. Prints the secret, which cannot be shown again."""
    from clock import system_clock
    from egress import AddressRefused, Egress
    from texts.addresses import is_email

    if (account_team is None) == (not event):
        fail("Give --account-team for the hand-overs of a team, or --event for an event.")
    if account_team is not None and not is_email(account_team):
        fail(f"{account_team!r:.90} is not an email address. Write it like name@company.example.")
    events = _events(event or [])
    settings = load_settings(data=data)
    try:
        Egress(settings.egress_allow).check(url)
    except AddressRefused as refused:
        fail(f"{refused} If it is in your own network, list its host in SWITCHBOARD_EGRESS_ALLOW.")
    now = system_clock()
    if account_team is not None:
        team = account_team
        print(_do(data, "add", team, lambda webhooks, tx: webhooks.teams.add(tx, team, url, now)))
    else:
        print(_do(data, "add", url, lambda webhooks, tx: webhooks.events.add(tx, url, events, now)[1]))


@webhook.command("list")
def webhook_list(data: Data = None) -> None:
    """List webhooks: account team or events, URL, and why it gets no messages."""
    settings = load_settings(data=data)
    webhooks = _webhooks(settings.secret_bytes())
    found = in_database(settings, lambda tx: [*webhooks.teams.receivers(tx), *webhooks.events.all(tx)])
    for receiver in found:
        gets = receiver.account_team or ", ".join(receiver.events)
        state = receiver.fault or ("enabled" if receiver.enabled else "paused")
        print(f"{gets}\t{receiver.url}\t{state}")
    if not found:
        print("There are no webhooks.")


@webhook.command("rotate")
def webhook_rotate(account_team: AccountTeam = None, url: Url = None, data: Data = None) -> None:
    """Replace the secret and print the new one. For 24 hours, messages carry signatures with both."""
    from clock import system_clock

    whose = _whose(account_team, url)
    print(_do(data, "rotate", whose, lambda webhooks, tx: webhooks.rotate(tx, whose, system_clock())))


@webhook.command("enable")
def webhook_enable(account_team: AccountTeam = None, url: Url = None, data: Data = None) -> None:
    """Send messages again to a webhook that answered 410."""
    whose = _whose(account_team, url)
    _do(data, "enable", whose, lambda webhooks, tx: webhooks.enable(tx, whose))
    print(f"The webhook of {whose} gets messages again.")


@webhook.command("remove")
def webhook_remove(account_team: AccountTeam = None, url: Url = None, data: Data = None) -> None:
    """Remove a webhook. Messages that still wait to be sent are marked as failed."""
    from clock import system_clock

    whose = _whose(account_team, url)
    _do(data, "remove", whose, lambda webhooks, tx: webhooks.remove(tx, whose, system_clock()))
    print(f"{whose} has no webhook now.")


def _events(names: Sequence[str]) -> list[str]:
    from webhooks.events import NAMES

    if unknown := [name for name in names if name not in NAMES]:
        fail(f"{unknown[0]!r:.90} is not an event. There are: {', '.join(NAMES)}.")
    return list(names)


def _whose(account_team: str | None, url: str | None) -> str:
    if account_team is not None and url is None:
        return account_team
    if url is None or account_team is not None or "://" not in url:
        fail("Give --account-team or --url, as `switchboard webhook list` shows them.")
    return url


def _name(whose: str) -> str:
    """The account team, or the host of the URL: the rest of a URL may be secret."""
    return urlsplit(whose).hostname or "" if "://" in whose else whose.lower()


def _do(data: Data, action: str, whose: str, change: Callable[[_Both, Tx], T]) -> T:
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
        SqlStore().record(tx, line(SYSTEM, action, "webhook", _name(whose), {}, system_clock()))
        return done

    try:
        return in_database(settings, unit)
    except Refused as refused:
        fail(refused.message)


def _webhooks(secret: bytes) -> _Both:
    from server.live.webhooks.desk_webhooks import subscriptions_of, webhooks_of

    return _Both(webhooks_of(secret), subscriptions_of(secret))
