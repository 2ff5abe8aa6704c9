"""Drafts and versions in the database: `knowledge.authoring_ports.AuthorStore` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from knowledge.adapters.store import article_of, has_label
from knowledge.adapters.tables import ArticleDraftRow, ArticleRow, ArticleTextRow, ArticleVersionRow
from knowledge.article import ORIGINAL
from knowledge.authoring_ports import Entry, Language, Stage, Version, Wanted
from knowledge.draft import Draft, Plan
from storage.ports import Tx
from storage.upsert import insert_into

_HEAD = (
    col(ArticleVersionRow.version),
    col(ArticleVersionRow.title),
    col(ArticleVersionRow.summary),
    col(ArticleVersionRow.changed),
    col(ArticleVersionRow.at),
    col(ArticleVersionRow.by),
    col(ArticleVersionRow.tell_at),
)


class SqlAuthoring:
    def entries(self, tx: Tx, wanted: Wanted, after: tuple[int, int] | None, limit: int) -> list[Entry]:
        query = select(ArticleRow).where(*_conditions(wanted))
        if after is not None:
            at, id_ = after
            changed, number = col(ArticleRow.updated_at), col(ArticleRow.id)
            query = query.where(or_(changed < at, and_(changed == at, number < id_)))
        newest = query.order_by(col(ArticleRow.updated_at).desc(), col(ArticleRow.id).desc()).limit(limit)
        rows = list(tx.session.scalars(newest))
        languages = _languages(tx, [row.id or 0 for row in rows])
        return [Entry(article_of(row), languages[row.id or 0], row.updated_at) for row in rows]

    def lock(self, tx: Tx, id_: int) -> None:
        tx.session.execute(select(col(ArticleRow.id)).where(col(ArticleRow.id) == id_).with_for_update())

    def touch(self, tx: Tx, id_: int, now: int) -> None:
        tx.session.execute(update(ArticleRow).where(col(ArticleRow.id) == id_).values(updated_at=now))

    def drafts(self, tx: Tx, id_: int) -> dict[str, Draft]:
        query = select(ArticleDraftRow).where(col(ArticleDraftRow.article) == id_)
        return {row.locale: _draft(row) for row in tx.session.scalars(query)}

    def put_draft(self, tx: Tx, id_: int, draft: Draft) -> None:
        plan = draft.plan
        row = {
            "article": id_,
            "locale": draft.locale,
            "title": draft.title,
            "summary": draft.summary,
            "body": draft.body,
            "of_original": draft.of_original,
            "saves": draft.saves,
            "saved_at": draft.saved_at,
            "saved_by": draft.saved_by,
            "due_at": plan.due_at if plan is not None else None,
            "changed": plan.changed if plan is not None else "",
            "tell": plan is not None and plan.tell,
            "planned_by": plan.by if plan is not None else None,
        }
        insert = insert_into(tx, ArticleDraftRow).values(row)
        changed = {name: insert.excluded[name] for name in row if name not in ("article", "locale")}
        put = insert.on_conflict_do_update(index_elements=["article", "locale"], set_=changed)
        tx.session.connection().execute(put)

    def remove_draft(self, tx: Tx, id_: int, locale: str) -> None:
        one = (col(ArticleDraftRow.article) == id_, col(ArticleDraftRow.locale) == locale)
        tx.session.execute(delete(ArticleDraftRow).where(*one))

    def due(self, tx: Tx, now: int, limit: int) -> list[tuple[int, Draft]]:
        planned = select(ArticleDraftRow).where(col(ArticleDraftRow.due_at) <= now)
        earliest = planned.order_by(col(ArticleDraftRow.due_at), col(ArticleDraftRow.article)).limit(limit)
        return [(row.article, _draft(row)) for row in tx.session.scalars(earliest)]

    def versions(self, tx: Tx, id_: int, locale: str) -> list[Version]:
        of_text = (col(ArticleVersionRow.article) == id_, col(ArticleVersionRow.locale) == locale)
        query = select(*_HEAD).where(*of_text).order_by(col(ArticleVersionRow.version).desc())
        return [
            Version(row.version, row.title, row.summary, "", row.changed, row.at, row.by, row.tell_at)
            for row in tx.session.execute(query)
        ]

    def version(self, tx: Tx, id_: int, locale: str, version: int) -> Version | None:
        row = tx.session.get(ArticleVersionRow, (id_, locale, version))
        if row is None:
            return None
        return Version(row.version, row.title, row.summary, row.body, row.changed, row.at, row.by, row.tell_at)

    def set_tell_at(self, tx: Tx, id_: int, locale: str, version: int, tell_at: int | None) -> None:
        one = (
            col(ArticleVersionRow.article) == id_,
            col(ArticleVersionRow.locale) == locale,
            col(ArticleVersionRow.version) == version,
        )
        tx.session.execute(update(ArticleVersionRow).where(*one).values(tell_at=tell_at))

    def remove(self, tx: Tx, id_: int) -> None:
        tx.session.execute(delete(ArticleDraftRow).where(col(ArticleDraftRow.article) == id_))
        tx.session.execute(delete(ArticleRow).where(col(ArticleRow.id) == id_))


def _languages(tx: Tx, ids: Sequence[int]) -> defaultdict[int, list[Language]]:
    """The texts of the articles, published and not, by article. The original comes first."""
    texts = select(
        col(ArticleTextRow.article),
        col(ArticleTextRow.locale),
        col(ArticleTextRow.title),
        col(ArticleTextRow.version),
        col(ArticleTextRow.of_original),
        col(ArticleTextRow.updated_at),
    ).where(col(ArticleTextRow.article).in_(ids))
    drafts = select(
        col(ArticleDraftRow.article),
        col(ArticleDraftRow.locale),
        col(ArticleDraftRow.title),
        col(ArticleDraftRow.saved_at),
        col(ArticleDraftRow.due_at),
    ).where(col(ArticleDraftRow.article).in_(ids))
    found = defaultdict[int, dict[str, Language]](dict)
    for row in tx.session.execute(texts):
        found[row.article][row.locale] = Language(
            row.locale, row.title, row.version, row.of_original, row.updated_at, False, None
        )
    for row in tx.session.execute(drafts):
        known = found[row.article].get(row.locale)
        version, of_original = (known.version, known.of_original) if known is not None else (0, None)
        title = known.title if known is not None else row.title
        found[row.article][row.locale] = Language(
            row.locale, title, version, of_original, row.saved_at, True, row.due_at
        )
    made = defaultdict[int, list[Language]](list)
    for article, languages in found.items():
        made[article] = sorted(languages.values(), key=lambda one: (one.locale != ORIGINAL, one.locale))
    return made


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.product is not None:
        yield col(ArticleRow.product) == wanted.product
    if wanted.section is not None:
        yield col(ArticleRow.section) == wanted.section
    if wanted.stage is not None:
        yield _of_stage(wanted.stage)
    if wanted.owner is not None:
        yield col(ArticleRow.owner) == wanted.owner if wanted.owner else col(ArticleRow.owner).is_(None)
    if wanted.label is not None:
        yield has_label(wanted.label)
    if wanted.missing is not None:
        yield ~_has_text(col(ArticleTextRow.locale) == wanted.missing)
    if wanted.before is not None:
        yield ~_has_text(col(ArticleTextRow.updated_at) > wanted.before)
        yield col(ArticleRow.state) == "published"
    if wanted.older:
        yield _has_older_translation()
    for word in wanted.words:
        named = func.lower(col(ArticleTextRow.title)).contains(word.lower(), autoescape=True)
        drafted = func.lower(col(ArticleDraftRow.title)).contains(word.lower(), autoescape=True)
        yield or_(_has_text(named), _has_draft(drafted))


def _of_stage(stage: Stage) -> ColumnElement[bool]:
    state, planned = col(ArticleRow.state), _has_draft(col(ArticleDraftRow.due_at).is_not(None))
    match stage:
        case "scheduled":
            return planned
        case "draft":
            return and_(state == "draft", ~planned)
        case "changed":
            return and_(state == "published", _has_draft(), ~planned)
        case "published":
            return and_(state == "published", ~_has_draft())
        case "withdrawn":
            return state == "withdrawn"


def _has_text(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(ArticleTextRow.article) == col(ArticleRow.id), *which)


def _has_draft(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(col(ArticleDraftRow.article) == col(ArticleRow.id), *which)


def _has_older_translation() -> ColumnElement[bool]:
    original = aliased(ArticleTextRow)
    translation = aliased(ArticleTextRow)
    return exists().where(
        col(original.article) == col(ArticleRow.id),
        col(original.locale) == ORIGINAL,
        col(translation.article) == col(ArticleRow.id),
        col(translation.locale) != ORIGINAL,
        or_(col(translation.of_original).is_(None), col(translation.of_original) < col(original.version)),
    )


def _draft(row: ArticleDraftRow) -> Draft:
    plan = Plan(row.due_at, row.changed, row.tell, row.planned_by) if row.due_at is not None else None
    return Draft(
        row.locale,
        row.title,
        row.summary,
        row.body,
        saves=row.saves,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        of_original=row.of_original,
        plan=plan,
    )
