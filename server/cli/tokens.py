"""`switchboard token`: bearer tokens, for programs."""

from __future__ import annotations

from typing import Annotated

import typer

from server.cli.inputs import Data, Email, in_database, load_settings

token = typer.Typer(help="Bearer tokens, for programs.", no_args_is_help=True, rich_markup_mode=None)


@token.command("create")
def token_create(
    email: Email,
    days: Annotated[int, typer.Option(help="For how long it holds.")] = 30,
    scope: Annotated[list[str] | None, typer.Option(help="read, write or export; may be given again.")] = None,
    data: Data = None,
) -> None:
    """Make a bearer token and print it, this once."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from identity.tokens import SCOPES

    settings = load_settings(data=data)
    print(
        in_database(
            settings,
            lambda tx: Identity(SqlStore()).create_token(tx, email, system_clock(), days=days, scopes=scope or SCOPES),
        )
    )
