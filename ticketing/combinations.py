"""Allowed combinations of status, code, product and other properties of a ticket, and who may set them. Pure.

The rules are the data of `ticketing.codes`. Every kind of change is checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ticketing.codes import CODES, STATUSES, TRAINING, Need, allowed_in, name_of, status_name

Who = Literal["person", "timer"]
Beside = Literal["with", "workaround", "finding", "duplicate_of"]
"""Properties that a status or a code requires or excludes."""
Part = Literal["status", "resolution", "product", Beside]
Reason = Literal[
    "no_address",
    "missing",
    "takes_none",
    "not_on_this_status",
    "timer_alone",
    "people_alone",
    "nobody_awaited",
    "other_product",
    "code_stands",
    "not_training",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """The status, code and other properties that a ticket would have after a change.

    - `was`: the previous status, `open` for a new ticket.
    - `chosen`: this change sets the code.
    - `beside`: the properties other than status and code that the ticket would have. These are the properties that this
      change sets. Properties that the ticket already has are included if the new status and code allow them.
    - `address`: the requester has an address.
    - `training_request`: the ticket is a request for a training. People end it with a code of the group Training.
    """

    status: str
    code: str | None = None
    product: str | None = None
    who: Who = "person"
    was: str = "open"
    chosen: bool = True
    beside: frozenset[Beside] = frozenset()
    address: bool = True
    training_request: bool = False


def needs(status: str, code: str | None, was: str) -> Mapping[Beside, Need]:
    """Whether a ticket with this status and code must, may or cannot have each property.

    `was` is the ticket's previous status.
    """
    row = STATUSES[status]
    owed = STATUSES[was].finding_owed and status == "solved"
    return {
        "with": row.with_,
        "workaround": row.workaround,
        "finding": "must" if owed else row.finding,
        "duplicate_of": "must" if code is not None and CODES[code].names_another else "none",
    }


def refused(wanted: Combination) -> dict[Part, Reason]:
    """The faulty parts of the combination, each with the reason. Empty if the combination is allowed."""
    found: dict[Part, Reason] = {}
    if STATUSES[wanted.status].address and not wanted.address:
        found["status"] = "no_address"
    of_code = _of_code(wanted)
    if of_code is not None:
        found["product" if of_code == "code_stands" else "resolution"] = of_code
    for name, need in needs(wanted.status, wanted.code, wanted.was).items():
        if name == "duplicate_of" and "resolution" in found:
            continue  # The fault for the code covers this already.
        if need == "must" and name not in wanted.beside:
            found[name] = "missing"
        elif need == "none" and name in wanted.beside:
            found[name] = "takes_none"
    return found


def _of_code(wanted: Combination) -> Reason | None:
    if wanted.code is None:
        return "missing" if STATUSES[wanted.status].resolution == "must" else None
    code = CODES[wanted.code]
    newly = wanted.chosen or wanted.status != wanted.was
    if newly and code.set_by != wanted.who:
        return "timer_alone" if code.set_by == "timer" else "people_alone"
    if newly and code.set_by == "timer" and wanted.was != "awaiting_reply":
        return "nobody_awaited"
    if newly and wanted.training_request and wanted.who == "person" and code.group != TRAINING:
        return "not_training"
    if not allowed_in(code.key, wanted.status):
        return "takes_none" if STATUSES[wanted.status].codes == "none" else "not_on_this_status"
    if code.product is not None and code.product != wanted.product:
        return "other_product" if wanted.chosen else "code_stands"
    return None


def sentence(part: Part, reason: Reason, wanted: Combination, brand: str, thing: Literal["ticket", "chat"]) -> str:
    """A sentence for people that says why `part` is refused. `thing` names the object that changes."""
    status = status_name(wanted.status)
    if part == "resolution" or reason == "code_stands":
        return _of_the_code(reason, wanted, brand, thing)
    sentences: dict[tuple[Part, Reason], str] = {
        ("status", "no_address"): f"We have no address to answer to, so this {thing} can't wait for a reply. "
        "Leave it open.",
        ("with", "takes_none"): f"Only an open ticket can be with support or product; this one would be {status}.",
        ("workaround", "missing"): f"{status} needs a workaround. Write what the customer can do until it's fixed.",
        ("finding", "takes_none"): f"Only a fixed or solved ticket has a finding; this one would be {status}.",
        (
            "finding",
            "missing",
        ): "To solve this ticket, write what the root-cause analysis found, or why there is no finding.",
        ("duplicate_of", "missing"): "Enter the number of the original ticket.",
        ("duplicate_of", "takes_none"): f"Only the code {name_of('duplicate', brand)} names another ticket.",
    }
    return sentences[part, reason]


def _of_the_code(reason: Reason, wanted: Combination, brand: str, thing: Literal["ticket", "chat"]) -> str:
    if wanted.code is None:
        return "Choose a resolution code to solve this ticket."
    status, name, only = status_name(wanted.status), name_of(wanted.code, brand), CODES[wanted.code].product
    about = f"is about {wanted.product}" if wanted.product is not None else "has no product"
    trainings = ", ".join(name_of(key, brand) for key, code in CODES.items() if code.group == TRAINING)
    possible = ", ".join(name_of(key, brand) for key in CODES if allowed_in(key, wanted.status))
    return {
        "timer_alone": f"{name} can only be set by the system. Choose another code.",
        "people_alone": f"{name} can only be set by a person.",
        "nobody_awaited": f"{name} is only for a ticket that is waiting for a reply.",
        "takes_none": f"{status} has no resolution code. Leave it out, or solve the ticket.",
        "not_on_this_status": f"{name} isn't available for {status}. Choose from {possible}.",
        "other_product": f"{name} is only for {only}. This {thing} {about}.",
        "code_stands": f"The product must stay {only} while the code is {name}. Change the code first.",
        "not_training": f"This is a request for a training, so it ends with one of {trainings}.",
    }[reason]
