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
def test_combinations_match_the_domain_table(status: str, was: str, who: Who) -> None:
    for code, product, given in every([None, *CODES], [*PRODUCTS, None], SUBSETS):
        beside = given | frozenset[Beside]({"with"} if status == "open" else ())  # It is support's unless given.
        wanted = Combination(status=status, code=code, product=product, beside=beside, was=was, who=who)
        faults = refused(wanted)
        assert faults.keys() == expected(status, code, product, beside, was=was, who=who), wanted
        for part, reason in faults.items():
            assert sentence(part, reason, wanted, "Mediaocean", "ticket").endswith("."), (part, reason)


@pytest.mark.parametrize("status", STATUSES)
def test_awaiting_reply_needs_an_address(status: str) -> None:
    """Without an address for replies a ticket may have any other status."""
    code = "set_up" if status == "solved" else None
    beside = frozenset[Beside]({"with"} if status == "open" else {"workaround"})
    faults = refused(Combination(status=status, code=code, beside=beside, address=False))
    assert faults == ({"status": "no_address"} if status == "awaiting_reply" else {})


@pytest.mark.parametrize("who", WHO)
def test_unchanged_code_is_not_checked_again(who: Who) -> None:
    """If neither code nor status changes, the code stays as others set it. But the product it needs cannot be
    removed."""
    for code in CODES:
        beside = frozenset[Beside]({"duplicate_of"} if code == "duplicate" else ())
        stays = Combination(
            status="solved", was="solved", code=code, product="Lumina", chosen=False, beside=beside, who=who
        )
        assert refused(stays) == {}
    moved = Combination(status="solved", was="solved", code="configuration_request", product="Other", chosen=False)
    assert refused(moved) == {"product": "code_stands"}
