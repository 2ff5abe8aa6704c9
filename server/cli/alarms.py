"""`switchboard alarms`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, Hours, T, fail, load_desk, load_settings, with_database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from server.live.alarms.alarm_admin import AlarmAdmin
    from server.settings import Settings
    from storage.ports import Storage

alarms = typer.Typer(
    help="Where alarms of the floor are sent: Slack, Microsoft Teams, mail.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Id = Annotated[str, typer.Argument(help="Id of the destination, as shown by `switchboard alarms list`.")]


@alarms.command("list")
def alarms_list(data: Data = None, hours: Hours = None) -> None:
    """List destinations: id, service and end of the address, name, team, kinds, last sent, last failure."""
    from clock import rfc3339
    from identity.actor import SYSTEM

    found = _do(data, hours, lambda admin: admin.all(SYSTEM))
    for one in found:
        sent = rfc3339(one.sent_at) if one.sent_at is not None else "never"
        failure = f"{rfc3339(one.failed_at)} {one.error}" if one.failed_at is not None else "none"
        about = f"{one.service} {one.shown}\t{one.name}\t{one.team or 'all teams'}\t{','.join(one.kinds)}"
        print(f"{one.id}\t{about}\tsent {sent}\tlast failure {failure}")
    if not found:
        print("There are no destinations.")


@alarms.command("add")
def alarms_add(
    name: Annotated[str, typer.Option(help="A name for it, such as the name of the channel.")],
    service: Annotated[str, typer.Option(help="slack, teams or mail.")],
    team: Annotated[str | None, typer.Option(help="Key of a team. Default: all teams.", show_default=False)] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="A kind of alarm, such as queue. Can be repeated. Default: all.")
    ] = None,
    data: Data = None,
    hours: Hours = None,
) -> None:
    """Add a destination. Reads its address from standard input, because a command line can be seen by others."""
    import getpass

    from msgspec import ValidationError, convert

    from alarms.destination import KINDS, AlarmKind, NewDestination, Service
    from identity.actor import SYSTEM

    try:
        of, kinds = convert(service, Service), convert(kind or list(KINDS), list[AlarmKind])
    except ValidationError:
        fail(f"Choose slack, teams or mail, and kinds from: {', '.join(KINDS)}.")
    address = getpass.getpass("Address: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    wanted = NewDestination(name=name, service=of, address=address, team=team, kinds=kinds)
    added = _do(data, hours, lambda admin: admin.add(SYSTEM, wanted))
    print(f"{added.id}\t{added.service} {added.shown}")


@alarms.command("remove")
def alarms_remove(id: Id, data: Data = None, hours: Hours = None) -> None:
    """Remove a destination. An admin can undo this in the audit log for 24 hours."""
    from identity.actor import SYSTEM

    removed = _do(data, hours, lambda admin: admin.remove(SYSTEM, id))
    print(f"No alarms are sent to {removed.name} any more.")


@alarms.command("test")
def alarms_test(id: Id, data: Data = None, hours: Hours = None) -> None:
    """Send a test message to a destination. A letter is sent by the running server."""
    from identity.actor import SYSTEM

    error = _do(data, hours, lambda admin: admin.test(SYSTEM, id))
    if error is not None:
        fail(error)
    print("Sent.")


def _do(data: Path | None, hours: Path | None, work: Callable[[AlarmAdmin], Awaitable[T]]) -> T:
    settings = load_settings(data=data, hours=hours)

    async def done(storage: Storage) -> T:
        return await work(_admin(settings, storage))

    return with_database(settings, done)


def _admin(settings: Settings, storage: Storage) -> AlarmAdmin:
    from uuid_utils import uuid7

    from clock import system_clock
    from egress import Egress
    from mail.adapters.stored_letters import stored_letters
    from mail.identifiers import Identifiers
    from server.live.alarms.alarm_admin import AlarmAdmin
    from server.live.alarms.alarm_notices import AlarmNotices
    from server.live.alarms.alarm_sending import destinations_of
    from server.live.teams import Teams

    secret, teams = settings.secret_bytes(), Teams(load_desk(settings))
    egress = Egress(settings.egress_allow)
    identifiers = Identifiers(secret, settings.message_domain, receives=settings.mail_domain is not None)
    letters = stored_letters(identifiers, lambda: str(uuid7()))
    notices = AlarmNotices(settings, teams, egress)
    return AlarmAdmin(
        storage,
        system_clock,
        destinations_of(secret),
        notices,
        letters,
        lambda: None,
        lambda: teams.by_key,
        egress,
        settings.egress_allow,
    )
