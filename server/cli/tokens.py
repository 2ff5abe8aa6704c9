"""`switchboard token`."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.inputs import Data, Email, fail, in_database, load_settings

token = typer.Typer(help="Manage API tokens.", no_args_is_help=True, rich_markup_mode=None)


@token.command("create")
def token_create(
    email: Email,
    days: Annotated[int, typer.Option(help="Days until it expires.")] = 30,
    scope: Annotated[
        list[str] | None, typer.Option(help="read, write, export, monitor or scim. Can be repeated. Default: read.")
    ] = None,
    data: Data = None,
) -> None:
    """Create a bearer token and print it. It cannot be shown again."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    settings = load_settings(data=data)
    print(
        in_database(
            settings,
            lambda tx: Identity(SqlStore()).create_token(
                tx, email, system_clock(), days=days, scopes=scope or ["read"]
            ),
        )
    )


@token.command("list")
def token_list(
    email: Annotated[str | None, typer.Option(help="Only this person's.", show_default=False)] = None,
    data: Data = None,
) -> None:
    """List valid tokens: first characters, owner, scopes, expiry, last use."""
    from clock import rfc3339, system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    settings = load_settings(data=data)
    found = in_database(settings, lambda tx: Identity(SqlStore()).tokens(tx, email, system_clock()))
    for held, person in found:
        used = rfc3339(held.last_used_at) if held.last_used_at is not None else "never"
        print(f"{held.label}\t{person.email}\t{held.scopes}\tuntil {rfc3339(held.expires_at)}\tused {used}")


@token.command("revoke")
def token_revoke(
    email: Email,
    label: Annotated[
        str | None, typer.Option(help="First characters, as shown by `switchboard token list`.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Revoke all their tokens.")] = False,
    data: Data = None,
) -> None:
    """Revoke one token of a person, or all. Connections that use them are closed."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    if (label is None) is not every:
        fail("Give either --label, with its first characters from `switchboard token list`, or --all.")
    settings = load_settings(data=data)
    count = in_database(settings, lambda tx: Identity(SqlStore()).revoke_tokens(tx, email, label, system_clock()))
    print("1 token revoked." if count == 1 else f"{count} tokens revoked.")
