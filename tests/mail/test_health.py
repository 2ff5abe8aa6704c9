from __future__ import annotations

from mail.health import SOFT_MS, after_bounce, is_over, tried_again

ADDRESS = "ana@northlake.example"


def test_delay_does_not_mend_an_address_whose_letters_came_back() -> None:
    bounced = after_bounce(None, ADDRESS, "550 No", 1, permanent=True)
    later = after_bounce(bounced, ADDRESS, "", 9, permanent=False)
    assert (later.state, later.since, later.at, later.count, later.why) == ("bounced", 1, 9, 2, "550 No")


def test_state_begins_with_the_bounce_that_changed_it() -> None:
    soft = after_bounce(None, ADDRESS, "", 1, permanent=False)
    bounced = after_bounce(soft, ADDRESS, "550 No", 5, permanent=True)
    assert (soft.state, bounced.state, bounced.since, bounced.count) == ("soft", "bounced", 5, 2)


def test_old_delay_and_address_tried_again_count_from_the_start() -> None:
    soft = after_bounce(None, ADDRESS, "451 Later", 1, permanent=False)
    assert not is_over(soft, 1 + SOFT_MS) and is_over(soft, 2 + SOFT_MS)
    assert after_bounce(soft, ADDRESS, "", 2 + SOFT_MS, permanent=False).count == 1
    well = tried_again(after_bounce(soft, ADDRESS, "550 No", 3, permanent=True), 7)
    assert (well.state, well.since, well.count, well.comes_back) == ("ok", 7, 0, False)
    assert after_bounce(well, ADDRESS, "", 8, permanent=True).since == 8
