from __future__ import annotations

from automations.rule import Condition
from widgets.admin import rules
from widgets.admin.rule_ports import RuleChoices

NOTHING = RuleChoices(
    teams={"media": "Media"}, products={}, statuses={}, codes={}, clients={}, people={}, replies={}, webhooks={}
)


def test_value_that_the_desk_no_longer_has_stays_in_the_form() -> None:
    """If it were lost, the rule would run on all tickets."""
    team = next(one for one in rules.tests_of([Condition("team", ["old", "media"])], NOTHING) if one.key == "team")
    assert (team.chosen, team.options) == (["old", "media"], {"media": "Media", "old": "old (gone)"})
