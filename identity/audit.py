"""What a line of the audit says. Pure.

| verb | thing | thing_id | detail |
|---|---|---|---|
| `add` · `disable` · `set_role` · `set_password` | `user` | the user | role, teams; the role and teams before |
| `sign_in` · `sign_out` (of another device) · `expire` (unused for too long) | `session` | the user | |
| `sign_out` (everywhere, by a supervisor or admin) | `user` | the user | how many sessions, and tokens |
| `fail` (to sign in) | `session` | the user, if any | reason; `who` (the address, hashed); how many were left out |
| `turn_on` · `turn_off` | `second_factor` | the user | |
| `renew` · `use` | `recovery_codes` | the user | how many are left |
| `create` · `revoke` | `token` | the user | label, scopes, days; how many |
| `restore` | `desk` | | as of when |
| `add` | `client` | the client | domains, vip |
| `watch` | `chat` | the chat | |
| `block` · `unblock` | `customer` · `network` | the account or visitor; the network | chat, hours, reason |

Other rooms' commands add what is theirs by `People.record`, such as exports and take-overs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """Who did what that must be answered for. `actor` is None for the system, which the command line acts as.
    `detail` holds no secret and no text that somebody wrote; `at` in ms since the epoch, UTC."""

    at: int
    actor_kind: str
    actor: str | None
    verb: str
    thing: str
    thing_id: str | None
    detail: Mapping[str, object]
    network: str | None = None
    """Where they did it from; None for the command line and the system."""


def line(
    actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
) -> AuditLine:
    """What `actor` did just now."""
    return AuditLine(
        at=now,
        actor_kind=actor.kind,
        actor=actor.id or None,
        verb=verb,
        thing=thing,
        thing_id=thing_id,
        detail=detail,
        network=actor.network,
    )
