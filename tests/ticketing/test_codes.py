from __future__ import annotations

from tests.ticketing.table import DAGGER
from ticketing.codes import CODES, STATUSES, allowed_in, name_of, out_of_reports


def test_four_statuses_and_twenty_codes_in_four_groups_are_complete() -> None:
    """Each code is in its group, and exactly those marked † are allowed while an analysis is pending."""
    assert list(STATUSES) == ["open", "awaiting_reply", "fixed_pending_rca", "solved"]
    groups: dict[str, int] = {}
    for code in CODES.values():
        groups[code.group] = groups.get(code.group, 0) + 1
    assert groups == {"Support": 12, "Professional Services": 2, "Product Defect": 2, "Training": 4}
    assert {code for code in CODES if allowed_in(code, "fixed_pending_rca")} == DAGGER
    assert all(allowed_in(code, "solved") and not allowed_in(code, "open") for code in CODES)


def test_brand_is_in_the_name_of_one_code() -> None:
    """The code for our own action has the brand's name. A brand with braces in it is unchanged."""
    assert name_of("action_needed", "Harbour {x}") == "Harbour {x} action needed"
    assert name_of("set_up", "Harbour") == "Set up"


def test_void_ticket_is_excluded_from_reports_unless_unusual() -> None:
    """With a rating or a fourth agent message, it is excluded only after a supervisor has reviewed it."""
    for code in (None, *CODES):
        out = out_of_reports(code, rated=False, agent_messages=3, reviewed=False)
        assert out is (code == "void")
    for rated, agent_messages in ((True, 0), (False, 4)):
        assert not out_of_reports("void", rated=rated, agent_messages=agent_messages, reviewed=False)
        assert out_of_reports("void", rated=rated, agent_messages=agent_messages, reviewed=True)
