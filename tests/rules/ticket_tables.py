"""The tables of `docs/tickets.md`, drawn from what the program itself reads.

`python -m tests.rules.ticket_tables` ends with 1 where the page has others; with `--write` it puts them into it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product as every
from typing import get_args

from routing.desk import PRODUCTS
from tests.rules.house import ROOT
from ticketing.codes import CODES, STATUSES, Code, Need, StatusMeaning
from ticketing.combinations import Combination, Who, needs, refused
from ticketing.contact import ON_CONTACT
from ticketing.ticket import Says

PAGE = ROOT / "docs" / "tickets.md"
_MARKED = re.compile(r"(?<=<!-- table: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def drawn(page: str) -> str:
    """The page with each marked table as it is by now. Raises KeyError for a mark that names none."""
    return _MARKED.sub(lambda mark: f"{mark[1]}{mark[2]}{TABLES[mark[1]]()}", page)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(head), "|" + "---|" * len(head), *map(_line, rows)]
    return "".join(f"{line}\n" for line in lines)


def _line(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def _statuses() -> str:
    rows = ([f"`{status.key}`", status.shown, status.meaning] for status in STATUSES.values())
    return _table(["key", "shown", "means"], rows)


def _beside() -> str:
    head = ["status", "`with`", "code", "`workaround`", "`finding`", "needs"]
    return _table(head, (_row_of(status) for status in STATUSES.values()))


def _row_of(status: StatusMeaning) -> list[str]:
    code = {"none": "none", "some": "† or none", "all": "must"}[status.codes]
    address = "an address to answer to" if status.address else ""
    return [f"`{status.key}`", _with(status.with_), code, status.workaround, _finding(status), address]


def _with(need: Need) -> str:
    return "always (`support` unless given)" if need == "must" else need


def _finding(status: StatusMeaning) -> str:
    owing = [was for was in STATUSES if needs(status.key, None, was)["finding"] == "must"]
    from_ = f"; must, where it was {' or '.join(f'`{was}`' for was in owing)}" if owing else ""
    return f"{status.finding}{from_}"


def _codes() -> str:
    rows = ([f"`{code.key}`", code.group, _shown(code), code.meaning] for code in CODES.values())
    return _table(["key", "group", "shown", "means"], rows)


def _shown(code: Code) -> str:
    return f"{code.shown} †" if code.pending_rca else code.shown


def _combinations() -> str:
    head = ["code", *(f"`{status}`" for status in STATUSES), "besides"]
    codes: list[str | None] = [None, *CODES]
    return _table(head, ([_key(code), *(_who_may(status, code) for status in STATUSES), _asks(code)] for code in codes))


def _key(code: str | None) -> str:
    return "none" if code is None else f"`{code}`"


def _who_may(status: str, code: str | None) -> str:
    """Who may set that code with that status, and for which products; from which status, where not from each."""
    may = list(_allowed(status, code))
    people = [product for who, product, _ in may if who == "person"]
    if people:
        products = sorted(set(people))
        return "yes" if len(products) == len(PRODUCTS) + 1 else f"for {', '.join(products)}"
    from_ = [was for was in STATUSES if ("timer", "", was) in may]
    return f"the timer alone, from `{'`, `'.join(from_)}`" if from_ else "–"


def _allowed(status: str, code: str | None) -> Iterator[tuple[Who, str, str]]:
    for who, product, was in every(get_args(Who), ("", *PRODUCTS), STATUSES):
        asks = needs(status, code, was)
        beside = frozenset(name for name, need in asks.items() if need == "must")
        wanted = Combination(status=status, code=code, product=product or None, who=who, was=was, beside=beside)
        if not refused(wanted):
            yield who, product, was


def _asks(code: str | None) -> str:
    if code is None:
        return ""
    asked = {
        "`duplicate_of` is named": CODES[code].names_another,
        "the account team takes over": CODES[code].hands_over,
        "counted apart in reports": CODES[code].counted_apart,
    }
    return "; ".join(sentence for sentence, holds in asked.items() if holds)


def _contact() -> str:
    says: list[Says | None] = [None, *get_args(Says)]
    head = ["on", "a reply", "“this solved it” (`solved`)", "“not fixed” (`not_fixed`)"]
    return _table(head, ([f"`{status}`", *(_becomes(status, said) for said in says)] for status in STATUSES))


def _becomes(status: str, says: Says | None) -> str:
    then, flag = ON_CONTACT[status, says]
    became = "stays" if then == status else f"`{then}`"
    return became if flag is None else f"{became}, flag `{flag}`"


TABLES: dict[str, Callable[[], str]] = {
    "statuses": _statuses,
    "beside": _beside,
    "codes": _codes,
    "combinations": _combinations,
    "contact": _contact,
}
"""What can stand between `<!-- table: NAME -->` and `<!-- end -->`."""


def main(words: list[str]) -> int:
    """Compare the page, or write it; the exit status."""
    page = PAGE.read_text("utf-8")
    if words == ["--write"]:
        PAGE.write_text(drawn(page), "utf-8")
        return 0
    if drawn(page) == page:
        return 0
    sys.stdout.write(f"docs/tickets.md is not as the program has it: python -m {__spec__.name} --write\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
