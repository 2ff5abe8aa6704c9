"""All tables of all packages: the result of the migrations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlmodel import SQLModel

from alarms.adapters import tables as destinations
from attachments.adapters import tables as files
from automations.adapters import tables as rules
from availability.adapters import tables as systems
from canned_replies.adapters import tables as canned
from chat.adapters import tables as chats
from counters.adapters import tables as shared
from escalation.adapters import tables as escalations
from following.adapters import tables as follows
from identity.adapters import customer_note_tables as customer_notes
from identity.adapters import erasure_tables as erasures
from identity.adapters import provisioning_tables as provisioned
from identity.adapters import tables as people
from inbox.adapters import tables as inboxes
from knowledge.adapters import tables as articles
from learning.adapters import tables as lessons
from mail.adapters import incoming_tables as incoming
from mail.adapters import tables as letters
from reports.adapters import tables as figures
from reviews.adapters import tables as reviews
from routing.adapters import tables as agents
from search.adapters import tables as searches
from storage import tables as chores
from storage.own_tables import tables_of_extensions
from ticketing.adapters import follower_tables as followers
from ticketing.adapters import import_tables as imports
from ticketing.adapters import merge_tables as merges
from ticketing.adapters import policy_tables as policies
from ticketing.adapters import saved_view_tables as saved_views
from ticketing.adapters import tables as tickets
from ticketing.adapters import triage_tables as triage
from webhooks.adapters import tables as webhooks
from zendesk.adapters import tables as numbers

TABLES = (
    chats,
    files,
    people,
    customer_notes,
    erasures,
    provisioned,
    inboxes,
    letters,
    incoming,
    articles,
    follows,
    lessons,
    reviews,
    searches,
    agents,
    chores,
    followers,
    merges,
    imports,
    policies,
    saved_views,
    tickets,
    triage,
    webhooks,
    escalations,
    rules,
    figures,
    destinations,
    systems,
    canned,
    shared,
    numbers,
)
"""Modules with tables. Importing one adds its tables to `metadata`."""

metadata = SQLModel.metadata
"""The database as the code expects it."""


def is_described(name: str | None, kind: str, _: object = None) -> bool:
    """True if `metadata` describes this table. It does not describe full-text indexes, which differ by database."""
    return kind != "table" or name is None or not name.startswith((tickets.SEARCH_INDEX, *searches.SEARCH_INDEXES))


class UnlikeTables(Exception):
    """The tables of a database differ from those of the code. `sentences` describe the differences."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = tuple(sentences)


def check(connection: Connection) -> None:
    """Raises UnlikeTables if the tables differ from those of the code. The version in the database is not taken into
    account."""
    foreign = tables_of_extensions(connection)

    def include(name: str | None, kind: str, _: object) -> bool:
        return is_described(name, kind) and not (kind == "table" and name in foreign)

    context = MigrationContext.configure(connection, opts={"include_name": include})
    changes = compare_metadata(context, metadata)
    if changes:
        raise UnlikeTables(sorted({sentence for change in changes for sentence in _sentences(change)}))


def _sentences(change: object) -> Iterator[str]:
    """Sentences that describe a difference. Alembic gives a difference as the change that would remove it from the
    database.

    `change` is a tuple (kind, object), or a list of changes of one column.
    """
    if isinstance(change, list):
        for one in change:
            yield from _sentences(one)
        return
    assert isinstance(change, tuple)
    kind, thing = str(change[0]), change[1:]
    verb, _, what = kind.partition("_")
    state = {"add": "is missing", "remove": "should not be there"}.get(verb, "is another")
    if verb == "modify":
        yield f"the column {thing[1]}.{thing[2]} {state}"
    elif what == "column":
        yield f"the column {thing[1]}.{thing[2].name} {state}"
    else:
        yield f"the {what.replace('fk', 'foreign key')} {getattr(thing[0], 'name', None) or 'without a name'} {state}"
