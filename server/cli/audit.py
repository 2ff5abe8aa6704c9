"""`switchboard audit`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from server.cli.inputs import Data, fail, in_database, load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from identity.audit import AuditLine
    from storage.ports import Tx

UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}


def audit(
    since: Annotated[
        str,
        typer.Option(help="Start: a day (2026-11-27, UTC), a time (RFC 3339), or how long ago (90m, 36h, 7d)."),
    ] = "7d",
    person: Annotated[
        str | None, typer.Option(help="Email of a staff member: what they did, and what was done to them.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Show at most this many, the newest.")] = 1_000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
    data: Data = None,
) -> None:
    """List audit entries, oldest first: time, actor, network, action, object, details."""
    from clock import system_clock
    from identity.adapters.store import SqlStore
    from identity.service import Identity

    begin = moment_of(since, system_clock())
    if begin is None:
        fail(f"--since {since}: not a time. Write a day (2026-11-27), a time (RFC 3339), or how long ago (36h, 7d).")
    settings, store = load_settings(data=data), SqlStore()

    def query(tx: Tx) -> tuple[list[AuditLine], dict[str, str]]:
        whose = Identity(store).known(tx, person).id if person is not None else None
        lines = list(store.audit(tx, since=begin, person=whose, limit=limit))
        people = {id for line in lines for id in (line.actor, line.thing_id) if id is not None}
        return lines, {user.id: user.email for user in store.users_of(tx, people)}

    lines, emails = in_database(settings, query)
    for line in lines:
        print(_as_json(line, emails) if as_json else _as_text(line, emails))


def moment_of(text: str, now: int) -> int | None:
    """The moment that `text` names, in ms since the epoch, UTC. `now` is the moment from which a text like `36h` is
    counted back. Returns None if `text` names no moment."""
    from clock import from_rfc3339

    ago = re.fullmatch(r"(\d{1,6})([mhd])", text)
    if ago is not None:
        return now - int(ago[1]) * UNITS_MS[ago[2]]
    try:
        return from_rfc3339(f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text)
    except ValueError:
        return None


def _as_json(line: AuditLine, emails: Mapping[str, str]) -> str:
    from msgspec import json

    from clock import rfc3339

    fields = {
        "at": rfc3339(line.at),
        "actor_kind": line.actor_kind,
        "actor": line.actor,
        "actor_email": emails.get(line.actor or ""),
        "network": line.network,
        "verb": line.verb,
        "thing": line.thing,
        "thing_id": line.thing_id,
        "thing_email": emails.get(line.thing_id or ""),
        "detail": line.detail,
    }
    return json.encode(fields).decode()


def _as_text(line: AuditLine, emails: Mapping[str, str]) -> str:
    from msgspec import json

    from clock import rfc3339

    who = emails.get(line.actor or "") or line.actor or line.actor_kind
    whom = emails.get(line.thing_id or "") or line.thing_id or "-"
    detail = json.encode(line.detail).decode() if line.detail else ""
    parts = (rfc3339(line.at), who, line.network or "-", line.verb, line.thing, whom, detail)
    return "\t".join(parts).rstrip()
