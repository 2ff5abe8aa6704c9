"""`switchboard invitation`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from server.cli.inputs import Data, Email, fail, in_database, load_settings

if TYPE_CHECKING:
    from identity.staff_sign_on import StaffSignOn

invitation = typer.Typer(help="Invite staff to single sign-on.", no_args_is_help=True, rich_markup_mode=None)


@invitation.command("create")
def invitation_create(
    email: Email,
    address: Annotated[
        str | None,
        typer.Option(
            help="Their address at the sign-on service, which must have verified it. Default: the address here.",
            show_default=False,
        ),
    ] = None,
    days: Annotated[int, typer.Option(help="Days until it expires.")] = 7,
    data: Data = None,
) -> None:
    """Invite a person of staff to sign in with the sign-on service. Prints a link, which cannot be shown again.

    The link works once. A new invitation replaces the person's earlier one.
    """
    from clock import system_clock

    settings = load_settings(data=data)
    issuer = settings.oidc_staff_issuer or settings.oidc_issuer
    if issuer is None:
        fail("There is no single sign-on. Set SWITCHBOARD_OIDC_STAFF_ISSUER or SWITCHBOARD_OIDC_ISSUER first.")
    token = in_database(settings, lambda tx: _staff().invite(tx, email, address, issuer, days, system_clock()))
    print(f"{settings.base_url}/auth/oidc/start?{urlencode({'invitation': token})}")


@invitation.command("list")
def invitation_list(data: Data = None) -> None:
    """List invitations that can be used: person, sign-on service, address there, expiry."""
    from clock import rfc3339, system_clock

    settings = load_settings(data=data)
    for one, user in in_database(settings, lambda tx: _staff().invitations(tx, system_clock())):
        print(f"{user.email}\t{one.issuer}\t{one.email}\tuntil {rfc3339(one.expires_at)}")


@invitation.command("revoke")
def invitation_revoke(email: Email, data: Data = None) -> None:
    """Revoke a person's invitation."""
    from clock import system_clock

    in_database(load_settings(data=data), lambda tx: _staff().withdraw(tx, email, system_clock()))
    print(f"The invitation of {email} no longer works.")


def _staff() -> StaffSignOn:
    from identity.adapters.staff_links import SqlStaffLinkStore
    from identity.adapters.store import SqlStore
    from identity.staff_sign_on import StaffSignOn

    return StaffSignOn(SqlStore(), SqlStaffLinkStore())
