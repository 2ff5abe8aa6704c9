from __future__ import annotations

from availability.states import worst


def test_worst_several_states_gives_the_worst() -> None:
    assert worst(["operational", "degraded", "maintenance"]) == "degraded"
    assert worst(["partial_outage", "major_outage", "operational"]) == "major_outage"


def test_worst_no_components_is_operational() -> None:
    assert worst([]) == "operational"
