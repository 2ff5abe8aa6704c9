"""Checks a macro by the rules of tickets, when it is saved. When it is used, the rules of the ticket hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from canned_replies.macro import Actions, Check
from ticketing.codes import CODES, STATUSES
from ticketing.combinations import Combination, refused, sentence
from ticketing.custom_fields import Fields, value_faults
from ticketing.facts import Team
from ticketing.ticket import PRIORITIES
from ticketing.triage import TAG_MAX, TAGS_MAX, tag_of

T = TypeVar("T")

_OF_THE_TICKET = ("workaround", "finding", "with")
"""Fields that the ticket, or the agent, brings along."""


def normal(actions: Actions) -> Actions:
    """The actions with each tag as tickets have it, and once. What is no tag stays for the check."""
    return replace(actions, add_tags=list(dict.fromkeys(tag_of(tag) or tag for tag in actions.add_tags)))


def macro_check(
    teams: Callable[[], Mapping[str, Team]], brand: Callable[[], str], fields: Callable[[T], Fields]
) -> Check[T]:
    """`fields` reads all custom fields in a transaction."""

    def check(tx: T, actions: Actions, team: str | None) -> Mapping[str, str]:
        known = teams()
        faults: dict[str, str] = {}
        if actions.team is not None and (actions.team not in known or known[actions.team].retired):
            faults["team"] = "There is no such team."
        if actions.priority is not None and actions.priority not in PRIORITIES:
            faults["priority"] = f"Choose one of {', '.join(PRIORITIES)}."
        wrong = next((tag for tag in actions.add_tags if tag_of(tag) is None), None)
        if wrong is not None:
            faults["tags"] = f"{wrong[:80]!r} is not a tag. Use letters, digits and _ - . / : +, at most {TAG_MAX}."
        elif len(actions.add_tags) > TAGS_MAX:
            faults["tags"] = f"A ticket can have {TAGS_MAX} tags, not {len(actions.add_tags)}. Take some out."
        if actions.custom_fields:
            faults |= value_faults(fields(tx), actions.custom_fields)
        target = known.get(actions.team or team or "")
        products = [product for one in ([target] if target else known.values()) for product in one.products]
        return faults | _of_outcome(actions, products, brand())

    return check


def _of_outcome(actions: Actions, products: Sequence[str | None], brand: str) -> dict[str, str]:
    """The faults of status and code: of a combination that no product of these teams allows."""
    status = actions.status
    if status is None:
        return {"resolution": "A code needs a status."} if actions.resolution is not None else {}
    if status not in STATUSES:
        return {"status": "There is no such status."}
    if actions.resolution is not None and actions.resolution not in CODES:
        return {"resolution": "There is no such code."}
    if actions.resolution is not None and CODES[actions.resolution].names_another:
        return {"resolution": "A macro can't name the original ticket. Choose another code."}
    found: dict[str, str] = {}
    for product in products or (None,):
        wanted = Combination(status=status, code=actions.resolution, product=product)
        faults = {part: why for part, why in refused(wanted).items() if part not in _OF_THE_TICKET}
        if not faults:
            return {}
        found = {part: sentence(part, why, wanted, brand, "ticket") for part, why in faults.items()}
    only = CODES[actions.resolution].product if actions.resolution is not None else None
    if only is not None and "resolution" in found and only not in products:
        found["resolution"] = f"This code is only for {only}, and the team of this macro does not support it."
    return found
