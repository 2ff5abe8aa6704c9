"""`switchboard backup` and `switchboard restore`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, faults_said, in_database

if TYPE_CHECKING:
    from server.settings import Settings
    from storage.ports import Tx


def backup(
    file: Annotated[Path, typer.Argument(help="The file to create. It must not exist yet.", show_default=False)],
    data: Data = None,
) -> None:
    """Back up the whole desk into one file, while it is in use."""
    from server.operations.backup import BackupFault, back_up

    settings, secret_given = _settings(data)
    try:
        made = back_up(settings, file, _Progress(), own_secret=not secret_given)
    except BackupFault as fault:
        fail(str(fault))
    files = "1 file" if made.files == 1 else f"{made.files} files"
    print(f"{file}: the desk as of {made.manifest.made_at}, with {files}, {made.size / 2**20:.1f} MiB.")
    if secret_given:
        print("The backup does not contain SWITCHBOARD_SECRET. Keep the secret with the backup.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `switchboard backup`.", show_default=False)],
    erased: Annotated[
        Path | None,
        typer.Option(help="The list erased.jsonl of the earlier data folder: who is erased again.", show_default=False),
    ] = None,
    data: Data = None,
) -> None:
    """Restore a backup into an empty data folder. If the desk uses PostgreSQL, its database must be empty too.

    Staff must sign in again. Bearer tokens that were valid at the time of the backup are valid again.
    """
    import shutil

    from server.live.personal_data.erased_list import NAME
    from server.operations.backup import BackupFault
    from server.operations.restore import restoring

    settings, _ = _settings(data)
    if erased is not None and not erased.is_file():
        fail(f"{erased}: not found. It is in the data folder of the desk that was backed up.")
    try:
        with restoring(settings, file, _Progress()) as (folder, manifest):
            staged = settings.model_copy(update={"data": folder})
            in_database(staged, lambda tx: _begin_another_life(tx, manifest.made_at))
    except BackupFault as fault:
        fail(str(fault))
    if erased is not None:
        shutil.copyfile(erased, settings.data / NAME)
    print(f"{settings.data}: the desk as of {manifest.made_at}. Staff must sign in again.")
    if not (settings.data / NAME).exists():
        print(f"Customers who were erased since are there again. Put {NAME} of the earlier data folder here to erase")
        print("them at the next start.")
    print("Tokens are valid as they were then, including those revoked since. Check them with: switchboard token list")
    if not manifest.secret:
        print("Set SWITCHBOARD_SECRET to the same secret as at the time of the backup.")


def _settings(data: Path | None) -> tuple[Settings, bool]:
    """A pair: the settings, and whether SWITCHBOARD_SECRET is set. Creates nothing in the data folder."""
    from server.settings import load_untouched

    return faults_said(lambda: load_untouched(data))


def _begin_another_life(tx: Tx, made_at: str) -> None:
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity
    from storage import facts

    facts.renew_epoch(tx)
    Identity(SqlStore()).sign_everybody_out(tx, made_at, system_clock())


class _Progress:
    """Shows progress on a terminal."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()
        self._last = ""

    def __call__(self, what: str, done: int, whole: int) -> None:
        if not self._on:
            return
        line = f"{what}: {100 * done // max(whole, 1)} %"
        if line != self._last:
            self._last = line
            print(f"\r{line:<24}", end="\r", file=sys.stderr, flush=True)
