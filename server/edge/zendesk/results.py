"""Answers of searches, and of calls about fields."""

from __future__ import annotations

from msgspec import Struct

from zendesk.fields import ShownField
from zendesk.shapes import FoundOrganization, FoundTicket, FoundUser, Paged

Found = FoundTicket | FoundUser | FoundOrganization


class SearchResults(Paged, frozen=True, kw_only=True):
    """The results of a search. `result_type` tells them apart."""

    results: list[FoundTicket | FoundUser | FoundOrganization]


class FieldList(Struct, frozen=True):
    ticket_fields: list[ShownField]
    count: int
    next_page: None = None
    previous_page: None = None


class OneField(Struct, frozen=True):
    ticket_field: ShownField
