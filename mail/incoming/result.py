"""The record of an email that came in, and the result of processing it. Pure. Times in ms since the epoch, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["stored", "done", "suspended", "deleted"]
"""The state of a mail.

- `stored`: not processed yet.
- `done`: processed.
- `suspended`: held back until staff decide.
- `deleted`: its subject and quote are removed, and its bytes too, unless another record needs them.
"""
Kind = Literal["bounce", "automatic", "reply", "new", "loop"]
Reason = Literal[
    "other_sender",
    "unauthenticated",
    "unknown_address",
    "revoked_address",
    "closed",
    "stranger",
    "loop",
    "automatic",
    "no_sender",
    "refused",
    "unreadable",
    "blocked",
]
"""The reason why a mail is suspended.

- `other_sender`: it came to a reply address that belongs to somebody else.
- `unauthenticated`: it is not proven to come from the sender in `From`, or a check of this failed.
- `unknown_address`: it came to an address of no team, ticket or letter.
- `revoked_address`: the reply address was revoked.
- `closed`: the ticket is too large for another text.
- `stranger`: its sender does not take part in the ticket, or has no account although the team requires one.
- `loop`: its sender writes too often, or it seems to be a letter of this desk.
- `automatic`: no person wrote it, and it belongs to no ticket.
- `no_sender`: it names no sender, or several.
- `refused`: the ticket's rules refuse it.
- `blocked`: a supervisor has blocked its sender.
- `unreadable`: it exceeds a limit for reading, its bytes are missing, or the program failed on it several times.
"""
MatchedBy = Literal["reply_address", "message_id", "references"]
Verdict = Literal["pass", "fail", "none"]
"""`pass`: the mail is proven to come from the domain in `From`. `fail`: a check of this failed. `none`: unknown."""


@dataclass(frozen=True, slots=True)
class Authentication:
    verdict: Verdict
    detail: str = ""
    """The results of the mail server on which the verdict rests, or the reason why they cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of processing a mail. `seq`: the number of the reply that was made from the mail. `quoted`: the text
    that was cut off the mail."""

    state: State
    kind: Kind
    reason: Reason | None = None
    matched_by: MatchedBy | None = None
    authentication: Authentication = Authentication("none")
    ticket: int | None = None
    seq: int | None = None
    quoted: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMail:
    """The record of a mail to one recipient. `digest`: the name under which its bytes are stored."""

    id: int
    received_at: int
    envelope_from: str
    envelope_to: str
    digest: str
    size: int
    state: State
    attempts: int
    message_id: str | None
    sender: str | None
    subject: str | None
    kind: Kind | None
    reason: Reason | None
    matched_by: MatchedBy | None
    authentication: Authentication | None
    ticket: int | None
    seq: int | None
    quoted: str | None
    done_at: int | None
