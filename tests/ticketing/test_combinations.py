"""The table of what goes together, held against the copy of the domain's that is written by hand."""

from __future__ import annotations

from itertools import chain, combinations
from itertools import product as every
from typing import get_args

import pytest

from tests.ticketing.table import PRODUCTS, expected
from ticketing.codes import CODES, STATUSES
from ticketing.combinations import Beside, Combination, Who, refused, sentence

BESIDES: tuple[Beside, ...] = get_args(Beside)
SUBSETS = [frozenset(some) for some in chain.from_iterable(combinations(BESIDES, n) for n in range(len(BESIDES) + 1))]
WHO: tuple[Who, ...] = get_args(Who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("was", STATUSES)
@pytest.mark.parametrize("status", STATUSES)
def test_the_table_is_the_domains(status: str, was: str, who: Who) -> None:
    """From every status to every other, each code with each product and whatever stands beside is taken or refused as
    the domain says, for a person and for the timer; each refusal is a whole sentence."""
    for code, product, given in every([None, *CODES], [*PRODUCTS, None], SUBSETS):
        beside = given | frozenset[Beside]({"with"} if status == "open" else ())  # It is support's unless given.
        wanted = Combination(status=status, code=code, product=product, beside=beside, was=was, who=who)
        faults = refused(wanted)
        assert faults.keys() == expected(status, code, product, beside, was=was, who=who), wanted
        for part, reason in faults.items():
            assert sentence(part, reason, wanted, "Mediaocean", "ticket").endswith("."), (part, reason)


@pytest.mark.parametrize("status", STATUSES)
def test_what_waits_for_a_reply_needs_an_address(status: str) -> None:
    """Without a way to answer a ticket may have any status but that one."""
    code = "set_up" if status == "solved" else None
    beside = frozenset[Beside]({"with"} if status == "open" else {"workaround"})
    faults = refused(Combination(status=status, code=code, beside=beside, address=False))
    assert faults == ({"status": "no_address"} if status == "awaiting_reply" else {})


@pytest.mark.parametrize("who", WHO)
def test_a_code_that_only_stays_is_not_judged_again(who: Who) -> None:
    """Where neither code nor status is touched, what others set stays; the product cannot be taken from under it."""
    for code in CODES:
        beside = frozenset[Beside]({"duplicate_of"} if code == "duplicate" else ())
        stays = Combination(
            status="solved", was="solved", code=code, product="Lumina", chosen=False, beside=beside, who=who
        )
        assert refused(stays) == {}
    moved = Combination(status="solved", was="solved", code="configuration_request", product="Other", chosen=False)
    assert refused(moved) == {"product": "code_stands"}
