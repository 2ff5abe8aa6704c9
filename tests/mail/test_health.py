from __future__ import annotations

import pytest

from mail.health import SOFT_MS, after_bounce, is_over, refuses_address, tried_again

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


@pytest.mark.parametrize(
    ("code", "reply", "fails"),
    [
        (550, "5.1.1 No such user", True),
        (550, "5.1.10 Null MX", True),
        (550, "5.2.1 The account is disabled", True),
        (554, "5.1.2 No such domain\n5.1.2 Look it up", True),
        (550, "5.1.0 The sender was rejected", False),
        (553, "5.1.7 The sender is malformed", False),
        (550, "5.1.8 The sender has no such domain", False),
        (550, "5.7.1 5.1.1 Blocked", False),
        (552, "5.2.2 The mailbox is full", False),
        (550, "No such user", False),
        (450, "4.1.1 Try later", False),
    ],
)
def test_only_a_code_about_the_address_says_that_it_does_not_work(code: int, reply: str, *, fails: bool) -> None:
    assert refuses_address(code, reply) == fails
