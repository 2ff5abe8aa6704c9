"""`switchboard token`: bearer tokens, for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.inputs import Data, Email, fail, in_database, load_settings

token = typer.Typer(help="Bearer tokens, for programs.", no_args_is_help=True, rich_markup_mode=None)


@token.command("create")
def token_create(
    email: Email,
    days: Annotated[int, typer.Option(help="For how long it holds.")] = 30,
    scope: Annotated[
        list[str] | None, typer.Option(help="read, write or export; may be given again. read alone unless given.")
    ] = None,
    data: Data = None,
) -> None:
    """Make a bearer token and print it, this once."""
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
    email: Annotated[str | None, typer.Option(help="Whose; everybody's unless given.", show_default=False)] = None,
    data: Data = None,
) -> None:
    """The tokens that hold, a line each: how it begins, whose it is, its scopes, until when, when it was last used."""
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
        str | None, typer.Option(help="How it begins, as `token list` shows it.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All of theirs.")] = False,
    data: Data = None,
) -> None:
    """End a token, or all tokens, of a person; what is connected by them is cut off."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    if (label is None) is not every:
        fail("Say which token: --label with how it begins, as `switchboard token list` shows it, or --all.")
    settings = load_settings(data=data)
    count = in_database(settings, lambda tx: Identity(SqlStore()).revoke_tokens(tx, email, label, system_clock()))
    print("One token is revoked." if count == 1 else f"{count} tokens are revoked.")
