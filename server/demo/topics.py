"""The topics of the past chats of the demo, and the names of their customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Topic(NamedTuple):
    """What a customer asks, and how it ends. `share`: how often, compared with the other topics."""

    share: int
    product: str
    code: str
    subject: str
    question: str
    answer: str
    thanks: str = "Thank you!"


TOPICS: dict[str, Sequence[Topic]] = {
    "media": (
        Topic(
            9,
            "Spectra OX",
            "support_question",
            "Where is the GRP goal?",
            "Where do I enter the GRP goal of an order?",
            "On the order, choose Goals, then Add.",
        ),
        Topic(
            6,
            "Spectra OX",
            "action_needed",
            "Order is locked",
            "My order is locked after the approval.",
            "I have unlocked it. You can change the lines now.",
        ),
        Topic(
            3,
            "Spectra DS",
            "set_up",
            "Rate card of last year",
            "Estimates show the rate card of last year.",
            "Your office had the old card. It has the new one now.",
        ),
        Topic(
            2,
            "Lumina",
            "configuration_request",
            "New market in the plan",
            "We need Tucson as a market.",
            "Tucson is in the list. Please load the page again.",
        ),
        Topic(
            2,
            "Spectra OX",
            "training_suggested",
            "How do approvals work?",
            "How do approvals work? I am new here.",
            "The short course on approvals shows it in ten minutes.",
        ),
    ),
    "prod": (
        Topic(
            6,
            "Spectra DS",
            "action_needed",
            "Wrong flight dates",
            "An estimate has the wrong flight dates.",
            "I have changed the dates. Please check the estimate.",
        ),
        Topic(
            4,
            "Spectra DS",
            "data_fix",
            "Spots are listed twice",
            "Each spot of this week is listed twice.",
            "The import ran twice. I have removed the copies.",
        ),
        Topic(
            2,
            "Spectra DS",
            "code_fix",
            "Totals differ by a cent",
            "The PDF shows a total that is a cent lower.",
            "That was a defect in rounding. The fix is in.",
        ),
        Topic(
            3,
            "Spectra OX",
            "support_question",
            "Copy an order",
            "Can I copy an order to the next quarter?",
            "Yes: open the order and choose Copy, then the quarter.",
        ),
    ),
    "tech": (
        Topic(
            5,
            "Other",
            "technical",
            "Slow pages",
            "All pages are slow since this morning.",
            "A line to your office was overloaded. It is quick again.",
        ),
        Topic(
            3,
            "Spectra OX",
            "redirected_internal",
            "Sign-in is blocked",
            "My browser blocks the sign-in page.",
            "A policy of your company blocks it. Your IT team can allow it.",
        ),
        Topic(
            2,
            "Other",
            "third_party",
            "Ratings have not arrived",
            "The ratings of last week are missing.",
            "The supplier delivers them tonight.",
        ),
        Topic(
            1,
            "Other",
            "no_issue",
            "Export looks empty",
            "The export looks empty.",
            "The filter hid all lines. Without it, the export is complete.",
        ),
    ),
    "finance": (
        Topic(
            5,
            "Spectra OX",
            "support_question",
            "Invoice by campaign",
            "How do I group invoices by campaign?",
            "Choose Group, then Campaign, above the list.",
        ),
        Topic(
            3,
            "Spectra OX",
            "data_fix",
            "Invoice without a PO number",
            "An invoice has no PO number.",
            "I have added the number and sent the invoice again.",
        ),
    ),
    "canadian-spot": (
        Topic(
            5,
            "Spectra OX",
            "action_needed",
            "CFILE is missing",
            "The CFILE of this morning is missing.",
            "I have sent it again. Please check the folder.",
        ),
        Topic(
            2,
            "Spectra OX",
            "training_completed",
            "Workshop on avails",
            "We have finished the workshop on avails.",
            "I have noted it for your team.",
        ),
    ),
}

NAMES = tuple(
    name.strip()
    for name in """
    Alan Whitcombe
    Beatriz Nogueira
    Carys Llewellyn
    Dmitri Volkov
    Esther Adeyemi
    Farid Haddad
    Giulia Conti
    Henrik Sandberg
    Imani Brooks
    Joanna Nowicka
    Kofi Mensah
    Leila Farahani
    Marcus Tremblay
    Nadia Petrova
    Owen Gallagher
    Paula Reinhardt
    Quentin Dubois
    Renata Salgado
    """.strip().splitlines()
)
"""The names of customers."""
