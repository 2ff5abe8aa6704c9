"""Keeps canned replies and counts their uses.

Each method is (part of) the body of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Generic

from canned_replies.errors import Outdated
from canned_replies.macro import Check, Normalise, anything, as_given
from canned_replies.ports import Files, NoFiles, Store, Tx
from canned_replies.reply import (
    COUNT_MAX,
    DAY_MS,
    ENGLISH,
    FILES_MAX,
    LOCALES,
    NAME_MAX,
    TEXT_MAX,
    USES_DAYS,
    CannedReply,
    Locale,
    WantedReply,
    by_use,
    fault_of_shortcut,
    holder_of,
    may_keep,
    may_use,
)
from canned_replies.variables import unknown_variables
from identity.actor import Actor
from refusals import Refused
from texts.visible import fault_of_name, shows_something, turns_direction


class CannedReplies(Generic[Tx]):
    def __init__(
        self,
        store: Store[Tx],
        teams: Callable[[], Collection[str]],
        new_id: Callable[[], str],
        check: Check[Tx] = anything,
        normalise: Normalise = as_given,
        files: Files[Tx] | None = None,
    ) -> None:
        """`teams` returns the keys of the present teams. `check` finds the faults of a macro's actions, after
        `normalise`."""
        self._store = store
        self._teams = teams
        self._new_id = new_id
        self._check = check
        self._normalise = normalise
        self._files: Files[Tx] = files if files is not None else NoFiles()

    def all(self, tx: Tx, by: Actor, now: int) -> list[CannedReply]:
        """The replies that `by` may use, most used first."""
        teams = None if by.supervises_all or "admin" in by.roles else by.teams
        found = self._store.readable(tx, by.id, teams, _first_day(now))
        found = by_use([one for one in found if may_use(by, one)])
        files = self._files.of(tx, [one.id for one in found])
        return [replace(one, files=tuple(files[one.id])) if one.id in files else one for one in found]

    def add(self, tx: Tx, by: Actor, wanted: WantedReply, now: int) -> CannedReply:
        """Add a reply. Raises Refused: `invalid`, `forbidden` for a scope or team that `by` does not keep, `conflict`
        for a shortcut in use or too many replies."""
        checked = self._checked(tx, wanted)
        holder = self._holder(by, checked)
        if self._store.count(tx, checked.scope, holder) >= COUNT_MAX[checked.scope]:
            raise Refused("conflict", f"There are {COUNT_MAX[checked.scope]} replies already. Remove one first.")
        added = CannedReply(
            id=self._new_id(),
            shortcut=checked.shortcut,
            name=checked.name,
            scope=checked.scope,
            holder=holder,
            texts=checked.texts,
            actions=checked.actions,
            created_at=now,
            changed_at=now,
        )
        if not self._store.add(tx, added):
            raise _shortcut_in_use(checked.shortcut)
        return self._with_files(tx, by, added, checked.files, now)

    def change(
        self,
        tx: Tx,
        by: Actor,
        id: str,
        merge: Callable[[CannedReply], WantedReply],
        versions: Collection[int] | None,
        now: int,
    ) -> tuple[CannedReply, CannedReply]:
        """Change a reply into what `merge` makes of it. `versions` are those that the caller accepts, None for any.
        Returns the reply before and after.

        Raises Outdated; Refused: those of `add`, `not_found`.
        """
        before = self._kept_by(tx, by, id, now)
        if versions is not None and before.version not in versions:
            raise Outdated(before.version)
        checked = self._checked(tx, merge(before))
        holder = self._holder(by, checked)
        moved = (checked.scope, holder) != (before.scope, before.holder)
        if moved and self._store.count(tx, checked.scope, holder) >= COUNT_MAX[checked.scope]:
            raise Refused("conflict", f"There are {COUNT_MAX[checked.scope]} replies already. Remove one first.")
        after = replace(
            before,
            shortcut=checked.shortcut,
            name=checked.name,
            scope=checked.scope,
            holder=holder,
            texts=checked.texts,
            actions=checked.actions,
        )
        kept = [file.id for file in before.files]
        if after == before and list(kept if checked.files is None else checked.files) == kept:
            return before, before
        after = replace(after, changed_at=now, version=before.version + 1)
        if not self._store.change(tx, after):
            raise _shortcut_in_use(checked.shortcut)
        return before, self._with_files(tx, by, after, checked.files, now)

    def remove(self, tx: Tx, by: Actor, id: str, now: int) -> CannedReply:
        """Remove a reply. Raises Refused: `not_found`, `forbidden`."""
        known = self._kept_by(tx, by, id, now)
        self._store.remove(tx, id)
        self._with_files(tx, by, known, (), now)
        return known

    def count_use(self, tx: Tx, by: Actor, id: str, now: int) -> None:
        """Count that `by` has inserted a reply. Raises Refused(not_found)."""
        self._readable(tx, by, id, now)
        self._store.count_use(tx, id, now // DAY_MS, now, _first_day(now))

    def _checked(self, tx: Tx, wanted: WantedReply) -> WantedReply:
        """The fields without surrounding blanks. Raises Refused(invalid) with a sentence for each wrong field."""
        plain = _plain(wanted)
        if plain.actions is None or not plain.actions.present:
            return replace(plain, actions=None)
        actions = self._normalise(plain.actions)
        faults = self._check(tx, actions, plain.team)
        if faults:
            raise Refused("invalid", next(iter(faults.values())), faults)
        return replace(plain, actions=actions)

    def _readable(self, tx: Tx, by: Actor, id: str, now: int) -> CannedReply:
        found = self._store.find(tx, id, _first_day(now), lock=True)
        if found is None or not may_use(by, found):
            raise Refused("not_found", "There is no such canned reply.")
        return found

    def _kept_by(self, tx: Tx, by: Actor, id: str, now: int) -> CannedReply:
        found = self._readable(tx, by, id, now)
        if not may_keep(by, found.scope, found.holder):
            raise Refused("forbidden", "You can use this reply, but not change it.")
        return replace(found, files=tuple(self._files.of(tx, [id]).get(id, ())))

    def _with_files(self, tx: Tx, by: Actor, reply: CannedReply, ids: Sequence[str] | None, now: int) -> CannedReply:
        """The reply, which has the files `ids` from now on. None: it keeps those that it has."""
        if ids is None or list(ids) == [file.id for file in reply.files]:
            return reply
        return replace(reply, files=tuple(self._files.keep(tx, by, reply.id, ids, now)))

    def _holder(self, by: Actor, wanted: WantedReply) -> str:
        if wanted.scope == "team" and wanted.team not in self._teams():
            raise _invalid("team", "Choose a team.")
        if wanted.scope != "team" and wanted.team is not None:
            raise _invalid("team", "Only a reply of a team has a team.")
        holder = holder_of(by, wanted.scope, wanted.team)
        if not may_keep(by, wanted.scope, holder):
            sentence = (
                "Only an admin keeps replies for everybody."
                if wanted.scope == "all"
                else "Only a supervisor of this team keeps its replies."
            )
            raise Refused("forbidden", sentence, {"scope": sentence})
        return holder


def _first_day(now: int) -> int:
    return now // DAY_MS - USES_DAYS + 1


def _plain(wanted: WantedReply) -> WantedReply:
    """The fields without surrounding blanks. Raises Refused(invalid) with a sentence for each wrong field."""
    shortcut, name = wanted.shortcut.strip(), wanted.name.strip()
    given = {locale: wanted.texts.get(locale, "").replace("\r\n", "\n").strip() for locale in LOCALES}
    texts = {locale: text for locale, text in given.items() if text}
    faults = {
        "shortcut": fault_of_shortcut(shortcut),
        "name": fault_of_name(name, NAME_MAX),
        "texts": _fault_of_texts(texts, needed=not (wanted.actions is not None and wanted.actions.present)),
        "files": f"{FILES_MAX} files at most." if len(wanted.files or ()) > FILES_MAX else None,
    }
    found = {field: fault for field, fault in faults.items() if fault is not None}
    if found:
        raise Refused("invalid", next(iter(found.values())), found)
    return replace(wanted, shortcut=shortcut, name=name, texts=texts)


def _fault_of_texts(texts: Mapping[Locale, str], *, needed: bool) -> str | None:
    if ENGLISH not in texts and (needed or texts):
        return "Write the English text. It is used where there is none in the customer’s language."
    for text in texts.values():
        if len(text) > TEXT_MAX:
            return f"At most {TEXT_MAX:,} characters."
        if not shows_something(text) or turns_direction(text):
            return "This text is invisible, or changes the text direction. Write it without such characters."
        if unknown := unknown_variables(text):
            return f"There is no variable {{{{{unknown[0][:40]}}}}}. Choose one of the list, or take the braces out."
    return None


def _shortcut_in_use(shortcut: str) -> Refused:
    sentence = f"There is a reply /{shortcut} already."
    return Refused("conflict", sentence, {"shortcut": sentence})


def _invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})
