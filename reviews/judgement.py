"""A reviewer's judgement of a ticket. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from msgspec import Meta, Struct

from refusals import Refused
from reviews.scorecard import Answer
from texts.visible import shows_something

Verdict = Literal["confirmed", "corrected"]
FEEDBACK_MAX = 2_000
REASON_MAX = 1_000
BLIND_READERS = 2
"""Number of judgements of a ticket that two reviewers judge."""

Key = Annotated[str, Meta(max_length=64, pattern=r"^[^\u0000]*$")]
Words = Annotated[str, Meta(max_length=FEEDBACK_MAX, pattern=r"^[^\u0000]*$")]


class NewReview(Struct, frozen=True, forbid_unknown_fields=True):
    """A judgement as a reviewer sends it.

    A correction needs the right code in `resolution`, and a `reason`. If that code is `duplicate`, `duplicate_of` is
    the number of the original ticket. `scores` maps the id of a row of the scorecard to the answer. Only the agent and
    supervisors can read `feedback`.
    """

    verdict: Verdict
    resolution: Key | None = None
    duplicate_of: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    reason: Annotated[str, Meta(max_length=REASON_MAX, pattern=r"^[^\u0000]*$")] | None = None
    scores: Annotated[dict[Annotated[str, Meta(max_length=16)], Answer], Meta(max_length=12)] = {}
    feedback: Words | None = None


class AgreedOn(Struct, frozen=True, forbid_unknown_fields=True):
    """The judgement on which two reviewers agreed. `review` is its `id`."""

    review: Annotated[int, Meta(ge=1, le=2**53)]


class NewAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The agent's answer to feedback. `review` is the `id` of the feedback."""

    review: Annotated[int, Meta(ge=1, le=2**53)]
    text: Annotated[str, Meta(min_length=1, max_length=FEEDBACK_MAX, pattern=r"^[^\u0000]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A stored judgement. Times are in ms since the epoch, UTC.

    - `agent_code`: the ticket's code before any judgement. `code`: the code that the reviewer considers right.
    - `original`: if the ticket was a duplicate before any judgement, the ticket that it duplicated.
    - `changed`: the judgement changed the ticket's code.
    - `blind`: two reviewers judge the ticket, and neither sees the other's judgement before both are saved.
    - `agreed_by`, `agreed_at`: if two judgements differed, who said that this one holds, and when.
    """

    id: int = 0
    ticket: int
    chat: str
    day: str
    reviewer: str
    agent: str | None
    at: int
    verdict: Verdict
    agent_code: str | None
    code: str | None
    original: int | None = None
    changed: bool = False
    blind: bool = False
    reason: str | None = None
    scores: dict[str, Answer] = field(default_factory=dict)
    feedback: str | None = None
    answer: str | None = None
    answered_at: int | None = None
    agreed_by: str | None = None
    agreed_at: int | None = None


def shown_to(reader: str, reviews: Sequence[Review]) -> Sequence[Review]:
    """Those of the judgements of one chat that `reader` may see. If two reviewers judge the chat, other people see the
    judgements once both are saved, and the two see each other's once their own is saved."""
    hidden = len(reviews) < BLIND_READERS and any(review.blind for review in reviews)
    return [review for review in reviews if review.reviewer == reader] if hidden else reviews


def check(wanted: NewReview) -> None:
    """Check that the fields fit the verdict. Raises Refused(`invalid`) with every field at fault."""
    faults: dict[str, str] = {}
    if wanted.verdict == "corrected":
        if not wanted.resolution:
            faults["resolution"] = "Choose the right code."
        if not tidy(wanted.reason):
            faults["reason"] = "Say why. The agent reads it."
    else:
        for name in ("resolution", "duplicate_of", "reason"):
            if getattr(wanted, name) is not None:
                faults[name] = "Only a correction has this."
    if faults:
        raise Refused("invalid", " ".join(dict.fromkeys(faults.values())), faults)


def tidy(text: str | None) -> str | None:
    """The text without surrounding white space. None if it has no visible character."""
    stripped = (text or "").strip()
    return stripped if stripped and shows_something(stripped) else None
