"""The scorecard: rows that a desk chooses, and the answers of a reviewer. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from refusals import Refused
from texts.visible import fault_of_line

ROWS_MAX = 6
TEXT_MAX = 60
Answer = Literal["yes", "partly", "no"]
"""The answer for a row of the scorecard. A row without an answer is absent."""
VALUES: Mapping[Answer, int] = {"yes": 2, "partly": 1, "no": 0}
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
RowId = Annotated[int, Meta(ge=1, le=2**53)]


class Row(Struct, frozen=True):
    """A row of the scorecard. `id` never changes, so earlier answers keep their row."""

    id: int
    text: str


class RowWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A row as a supervisor wants it. Without `id`, the row is new."""

    text: Text
    id: RowId | None = None


def check_rows(wanted: Sequence[RowWanted], known: Collection[int]) -> None:
    """Check the rows of a scorecard. `known`: the ids of its present rows. Raises Refused(`invalid`) if a row is at
    fault."""
    ids = [row.id for row in wanted if row.id is not None]
    if len(wanted) > ROWS_MAX:
        raise _invalid(f"A scorecard has at most {ROWS_MAX} rows.")
    if len(set(ids)) < len(ids) or not set(ids) <= set(known):
        raise _invalid("A row is there twice, or no longer there. Load the scorecard again.")
    for row in wanted:
        if fault := fault_of_line(row.text):
            raise _invalid(fault)
    if len({row.text.strip().casefold() for row in wanted}) < len(wanted):
        raise _invalid("Two rows have the same text.")


def check_answers(scores: Mapping[str, Answer], rows: Sequence[Row]) -> None:
    """Check that each answer belongs to a row. Raises Refused(`invalid`) if one does not."""
    known = {str(row.id) for row in rows}
    if unknown := [key for key in scores if key not in known]:
        sentence = f"The scorecard has no row {unknown[0][:20]!r}. Load the page again."
        raise Refused("invalid", sentence, {"scores": sentence})


def _invalid(sentence: str) -> Refused:
    return Refused("invalid", sentence, {"rows": sentence})
