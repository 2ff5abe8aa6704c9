"""The outcome of an email that came in, and its stored record. Pure. Times in ms since the epoch, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["stored", "done", "suspended", "deleted"]
"""`stored`: not looked at yet. `done`: acted on. `suspended`: held back until staff decide. `deleted`: the bytes are
gone."""
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
]
"""Why a mail is suspended.

- `other_sender`: it came to a reply address that belongs to somebody else.
- `unauthenticated`: nothing proves that its sender is the one in `From`, or something proves the contrary.
- `unknown_address`: no team, ticket or letter has this address.
- `revoked_address`: the reply address was revoked.
- `closed`: the ticket is too large for another text.
- `stranger`: its sender does not take part in the ticket, or must be verified for this team.
- `loop`: its sender writes too often, or it is a letter of this desk.
- `automatic`: nobody wrote it, and it belongs to no ticket.
- `no_sender`: it names no sender, or several.
- `refused`: the ticket's rules refuse it.
- `unreadable`: the program failed on it several times.
"""
MatchedBy = Literal["reply_address", "message_id", "references"]
Verdict = Literal["pass", "fail", "none"]
"""Does the mail come from the domain in `From`? `none`: unknown."""


@dataclass(frozen=True, slots=True)
class Authentication:
    verdict: Verdict
    detail: str = ""
    """The results on which the verdict rests, as the mail server wrote them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The record of a mail after it was acted on. `seq`: the reply that it became. `quoted`: what was cut off."""

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
    """The record of a mail. Its bytes have the name `digest`."""

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
