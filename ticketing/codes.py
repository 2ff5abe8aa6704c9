"""Ticket statuses and resolution codes: their names, meanings and requirements. Data only.

`ticketing.checking` applies them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["open", "awaiting_reply", "fixed_pending_rca", "solved"]
With = Literal["support", "product"]
Group = Literal["Support", "Professional Services", "Product Defect", "Training"]
Channel = Literal["chat", "form", "email", "staff"]
Need = Literal["must", "may", "none"]

WITH: tuple[With, ...] = ("support", "product")
TRAINING: Group = "Training"
"""The group of the codes with which a request for a training ends."""
CHANNELS: tuple[Channel, ...] = ("chat", "form", "email", "staff")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMeaning:
    """A status, and which properties a ticket with this status must, may or cannot have.

    `codes`: the allowed codes. `address`: whether the requester needs an address. `finding_owed`: a change from this
    status to Solved requires a finding. If `with_` is required, it defaults to `support`.
    """

    key: Status
    shown: str
    meaning: str
    codes: Literal["none", "some", "all"]
    with_: Need
    resolution: Need
    workaround: Need
    finding: Need
    address: bool = False
    finding_owed: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A resolution code. `shown` may contain `{brand}`: see `name_of`. `meaning` explains the code to staff, `told`
    explains it to customers.

    - `pending_rca`: the code is allowed while the root-cause analysis is running.
    - `set_by`: who may set the code.
    - `product`: if set, the code is only for tickets of this product.
    - `names_another`: the ticket must name another ticket that covers the same issue.
    - `hands_over`: the account team takes over a ticket with this code.
    - `trains`: solving a ticket with this code attaches training to it.
    - `counted_apart`: see `out_of_reports`.
    """

    key: str
    group: Group
    shown: str
    meaning: str
    told: str
    pending_rca: bool = False
    set_by: Literal["person", "timer"] = "person"
    product: str | None = None
    names_another: bool = False
    hands_over: bool = False
    trains: bool = False
    counted_apart: bool = False


STATUSES: dict[str, StatusMeaning] = {
    status.key: status
    for status in (
        StatusMeaning(
            key="open",
            shown="Open",
            meaning="with support, or waiting on product and development",
            codes="none",
            with_="must",
            resolution="none",
            workaround="may",
            finding="none",
        ),
        StatusMeaning(
            key="awaiting_reply",
            shown="Awaiting your reply",
            meaning="the requester owes information or a confirmation",
            codes="none",
            with_="none",
            resolution="none",
            workaround="may",
            finding="none",
            address=True,
        ),
        StatusMeaning(
            key="fixed_pending_rca",
            shown="Fixed – Pending RCA",
            meaning="mitigated, and a workaround given; the root-cause analysis is still running",
            codes="some",
            with_="none",
            resolution="may",
            workaround="must",
            finding="may",
            finding_owed=True,
        ),
        StatusMeaning(
            key="solved",
            shown="Solved",
            meaning="resolved",
            codes="all",
            with_="none",
            resolution="must",
            workaround="may",
            finding="may",
        ),
    )
}

CODES: dict[str, Code] = {
    code.key: code
    for code in (
        Code(
            "set_up", "Support", "Set up",
            "caused by how the client's environment was set up",
            "It came from how your environment was set up.", pending_rca=True,
        ),
        Code(
            "support_question", "Support", "Support question",
            "a how-to or workflow question, answered with no fix and no change of configuration; "
            "says nothing about training",
            "We answered your question. Nothing had to be fixed or changed.",
        ),
        Code(
            "action_needed", "Support", "{brand} action needed",
            "we had to make a change that users cannot make: order patching and user account maintenance "
            "(Spectra OX); order patching, estimate flight dates, CFILE changes (Spectra DS)",
            "We made a change that only we can make, such as a correction to an order or a user account.",
            pending_rca=True,
        ),
        Code(
            "no_issue", "Support", "No issue",
            "product or development was involved and found no defect; a hint that support needs training",
            "Our product team looked into it and found no defect.",
        ),
        Code(
            "enhancement_required", "Support", "Enhancement required",
            "works as designed, the user wants it otherwise; handed over to the account team, "
            "and the ticket is solved",
            "It works as designed. Your account team has your wish for a change.", hands_over=True,
        ),
        Code(
            "technical", "Support", "Technical",
            "hardware or connectivity issue, handled by Technical Support",
            "It was a hardware or connection problem, and Technical Support handled it.", pending_rca=True,
        ),
        Code(
            "third_party", "Support", "Third-party related",
            "someone outside must change or fix something we don't control",
            "Someone outside has to change or fix something that we don't control.", pending_rca=True,
        ),
        Code(
            "redirected_internal", "Support", "Redirected to internal client team",
            "the client's own team must make a change we can't make for them, such as a security setting",
            "Your company's own team has to make this change, such as a security setting. We can't make it for you.",
        ),
        Code(
            "training_suggested", "Support", "Training suggested",
            "the user would benefit from basic training",
            "Basic training helps with questions like this one.", trains=True,
        ),
        Code(
            "auto_solved", "Support", "Auto-solved pending user response",
            "set by the system when nobody answers our reminders",
            "We didn't hear from you after our reminders.", set_by="timer",
        ),
        Code(
            "void", "Support", "Void",
            "a test or an accident; nothing to do",
            "It was a test or an accident. There was nothing to do.", counted_apart=True,
        ),
        Code(
            "duplicate", "Support", "Duplicate",
            "another ticket covers the same issue",
            "Another ticket covers the same issue.", names_another=True,
        ),
        Code(
            "on_site_support", "Professional Services", "On-site support",
            "tracks an on-site session",
            "We helped you on site.",
        ),
        Code(
            "configuration_request", "Professional Services", "Configuration request",
            "a configuration change was needed to resolve it, or asked for after go-live; Lumina only",
            "We changed the configuration, to resolve it or because you asked for it.",
            pending_rca=True, product="Lumina",
        ),
        Code(
            "code_fix", "Product Defect", "Code fix",
            "product and development confirmed a defect",
            "Our product team confirmed that this was a defect.", pending_rca=True,
        ),
        Code(
            "data_fix", "Product Defect", "Data fix",
            "the data had to be repaired",
            "We had to repair the data.", pending_rca=True,
        ),
        Code(
            "training_completed", "Training", "Training completed",
            "the requested training took place",
            "The training that you asked for took place.",
        ),
        Code(
            "training_cancelled", "Training", "Training cancelled",
            "it was called off",
            "The training was called off.",
        ),
        Code(
            "utilized_elearning", "Training", "Utilized eLearning",
            "the user was pointed to material in the Learning Center",
            "We pointed you to material in the Learning Center.", trains=True,
        ),
        Code(
            "training_registration", "Training", "Training registration related",
            "a question about a scheduled training",
            "We answered your question about a scheduled training.",
        ),
    )
}  # fmt: skip


def name_of(code: str, brand: str) -> str:
    """The display name of a code, with `brand` in place of `{brand}`."""
    return CODES[code].shown.format(brand=brand)


def status_name(status: str) -> str:
    return STATUSES[status].shown


def allowed_in(code: str, status: str) -> bool:
    codes = STATUSES[status].codes
    return codes == "all" or (codes == "some" and CODES[code].pending_rca)


SAID_TOO_MUCH = 3
"""A chat with more than this number of agent messages was probably not an accident."""


def out_of_reports(code: str | None, *, rated: bool, agent_messages: int, reviewed: bool) -> bool:
    """True if a ticket with this code is left out of times and ratings, and counted separately.

    If the ticket has a rating, or more than SAID_TOO_MUCH agent messages, it is left out only after a supervisor
    `reviewed` it.
    """
    if code is None or not CODES[code].counted_apart:
        return False
    return reviewed or not (rated or agent_messages > SAID_TOO_MUCH)
