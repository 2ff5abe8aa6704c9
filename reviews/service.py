"""Judges tickets, answers feedback, changes the settings. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from msgspec import structs

from identity.actor import Actor
from refusals import Refused
from reviews.agreement import differs
from reviews.entry import Entry
from reviews.judgement import AgreedOn, NewAnswer, NewReview, Review, check, shown_to, tidy
from reviews.ports import Audit, CodeNow, Store, Tickets, Tx
from reviews.scorecard import check_answers, check_rows
from reviews.settings import ReviewSettings, SettingsChange, in_force

FEEDBACK_SHOWN = 50
"""Maximum number of feedback texts that an agent sees."""
AGREED = "Both reviewers agreed on this code."
WITHDRAWN = "The correction of the review was withdrawn."


def noted(reason: str | None) -> str | None:
    """The note that a correction leaves on the ticket."""
    return f"Correction from review: {reason}" if reason else None


class Reviews:
    def __init__(self, store: Store, tickets: Tickets, audit: Audit) -> None:
        self._store = store
        self._tickets = tickets
        self._audit = audit

    # -- judging ------------------------------------------------------------------------

    def judge(
        self, tx: Tx, actor: Actor, number: int, wanted: NewReview, versions: Collection[int] | None, now: int
    ) -> Review:
        """Store the actor's judgement of a ticket, and correct the ticket's code if the judgement says so.

        A second judgement of the same actor replaces the first. `versions` are the versions of the ticket that the
        caller accepts, None for any.

        If two reviewers judge the ticket, the later judgement changes the code only if the earlier one has not changed
        it. The later reviewer's `versions` are not checked, because a refusal would reveal the earlier judgement.
        """
        check(wanted)
        present, entry, mine, others = self._known(tx, actor, number)
        blind = entry.readers > 1
        second = blind and bool(others)
        if versions is not None and not second:
            self._tickets.check_version(number, present.version, versions)
        check_answers(wanted.scores, self._store.settings(tx).rows)
        earlier = (mine, *others) if mine is not None else tuple(others)
        found, original = (
            (earlier[0].agent_code, earlier[0].original) if earlier else (present.code or entry.code, present.original)
        )
        review = Review(
            ticket=number,
            chat=entry.chat,
            day=entry.day,
            reviewer=actor.id,
            agent=entry.agent,
            at=now,
            verdict=wanted.verdict,
            agent_code=found,
            code=wanted.resolution if wanted.verdict == "corrected" else found,
            original=original,
            blind=blind,
            reason=tidy(wanted.reason),
            scores=dict(wanted.scores),
            feedback=tidy(wanted.feedback),
        )
        changed = self._change_code(tx, actor, review, wanted.duplicate_of, present, earlier, second=second, now=now)
        saved = self._store.save(tx, replace(review, changed=changed))
        detail = {"verdict": review.verdict, "from": found, "to": review.code, "chat": entry.chat}
        self._tickets.judgement_changed(tx, number)
        self._audit.record(tx, actor, "review", "ticket", str(number), detail, now)
        return saved

    def _change_code(
        self,
        tx: Tx,
        actor: Actor,
        review: Review,
        original: int | None,
        present: CodeNow,
        earlier: Sequence[Review],
        *,
        second: bool,
        now: int,
    ) -> bool:
        """Give the ticket the code of the judgement. Returns True if the ticket's code now comes from this reviewer's
        correction."""
        changing = next((one for one in earlier if one.changed and one.code == present.code), None)
        mine = next((one for one in earlier if one.reviewer == actor.id), None)
        if review.verdict == "confirmed":
            if changing is not None and not (second and changing is not mine):
                self._withdraw_code(tx, actor, changing, now)
            return False
        assert review.code is not None, "a correction names a code"
        if review.code == review.agent_code:
            sentence = "This is the agent's own code. Confirm it instead."
            raise Refused("invalid", sentence, {"resolution": sentence})
        self._tickets.check_choice(review.code)
        if second and present.code != review.agent_code and not (mine is not None and mine.changed):
            return False
        if present.code == review.code:
            return mine is not None and mine.changed
        self._tickets.correct(tx, actor, review.ticket, review.code, original, noted(review.reason), now)
        return True

    def agree(self, tx: Tx, actor: Actor, number: int, wanted: AgreedOn, now: int) -> None:
        """Store on which of two differing judgements the reviewers agreed, and give the ticket its code.

        Raises Refused: `not_found` if the actor may not see the ticket or the judgement, `conflict` if there are no two
        judgements that differ, and the refusals of `Tickets.correct`.
        """
        present, entry, _, _ = self._known(tx, actor, number)
        seen = shown_to(actor.id, self._store.reviews_of(tx, [entry.chat]))
        held = next((one for one in seen if one.id == wanted.review), None)
        if held is None:
            raise Refused("not_found", f"Ticket #{number} has no such judgement.")
        if not any(differs(held, one) for one in seen):
            raise Refused("conflict", f"The judgements of ticket #{number} do not differ.")
        # A reopened ticket has no code to change.
        if held.code is not None and present.code is not None and held.code != present.code:
            original = held.original if held.code == held.agent_code else None
            self._tickets.correct(tx, actor, number, held.code, original, noted(held.reason) or AGREED, now)
        self._store.agreed(tx, held, actor.id, now)
        self._tickets.judgement_changed(tx, number)
        detail = {"from": present.code, "to": held.code, "chat": entry.chat}
        self._audit.record(tx, actor, "agree", "review", str(number), detail, now)

    def withdraw(self, tx: Tx, actor: Actor, number: int, now: int) -> None:
        """Remove the actor's judgement. If it changed the ticket's code, and the ticket still has this code, restore
        the code from before any judgement, if there was one.

        Raises Refused: `not_found` if the actor has no judgement, and the refusals of `Tickets.correct`.
        """
        present, entry, mine, _ = self._known(tx, actor, number)
        if mine is None:
            raise Refused("not_found", f"You have not reviewed ticket #{number}.")
        if mine.changed and present.code == mine.code:
            self._withdraw_code(tx, actor, mine, now)
        self._store.remove(tx, mine.id)
        self._tickets.judgement_changed(tx, number)
        detail = {"verdict": mine.verdict, "from": mine.code, "to": mine.agent_code, "chat": entry.chat}
        self._audit.record(tx, actor, "withdraw", "review", str(number), detail, now)

    def _withdraw_code(self, tx: Tx, actor: Actor, mine: Review, now: int) -> None:
        if mine.agent_code is not None:
            self._tickets.correct(tx, actor, mine.ticket, mine.agent_code, mine.original, WITHDRAWN, now)

    def _known(self, tx: Tx, actor: Actor, number: int) -> tuple[CodeNow, Entry, Review | None, Sequence[Review]]:
        """The ticket's code, its entry, the actor's judgement, and the judgements of other reviewers. Raises Refused:
        `not_found` if the actor may not see the ticket, `conflict` if it cannot be reviewed yet."""
        # Comes first: a person who may not see the ticket must not learn whether it waits for review.
        present = self._tickets.code(tx, actor, number)
        entry = self._store.entry(tx, number)
        if entry is None:
            raise Refused("conflict", f"Ticket #{number} can be reviewed from the day after its chat on.")
        all_of_it = self._store.reviews_of(tx, [entry.chat])
        mine = next((one for one in all_of_it if one.reviewer == actor.id), None)
        return present, entry, mine, [one for one in all_of_it if one is not mine]

    # -- feedback -----------------------------------------------------------------------

    def feedback(self, tx: Tx, actor: Actor) -> list[Review]:
        """The newest judgements with feedback on the actor's own chats."""
        return self._store.with_feedback(tx, actor.id, FEEDBACK_SHOWN)

    def answer(self, tx: Tx, actor: Actor, number: int, wanted: NewAnswer, now: int) -> None:
        """Answer feedback on the actor's own chat, in ticket `number`. Raises Refused: `not_found` if there is no such
        feedback, `conflict` if it was answered before, `invalid` if the text is not visible."""
        known = self._store.review(tx, wanted.review)
        if known is None or known.ticket != number or known.agent != actor.id or known.feedback is None:
            raise Refused("not_found", "There is no such feedback for you.")
        if known.answer is not None:
            raise Refused("conflict", "You have answered this feedback already.")
        said = tidy(wanted.text)
        if said is None:
            raise Refused("invalid", "Write an answer.", {"text": "Write an answer."})
        self._store.answered(tx, known.id, said, now)

    # -- settings -----------------------------------------------------------------------

    def change_settings(self, tx: Tx, actor: Actor, wanted: SettingsChange, now: int) -> ReviewSettings:
        """Change the settings of the desk. Raises Refused(`forbidden`) unless the actor supervises all teams."""
        if not actor.supervises_all:
            raise Refused("forbidden", "Only a supervisor of all teams can change this.")
        before = self._store.settings(tx)
        if wanted.rows is not None:
            check_rows(wanted.rows, [row.id for row in before.rows])
            self._store.replace_rows(tx, wanted.rows)
        changed = structs.replace(
            before,
            share=before.share if wanted.share is None else wanted.share,
            rules=before.rules if wanted.rules is None else in_force(wanted.rules),
            card=wanted.card or before.card,
        )
        self._store.change_settings(tx, changed)
        fields = [name for name in wanted.__struct_fields__ if getattr(wanted, name) is not None]
        self._audit.record(tx, actor, "change", "review_settings", None, {"fields": fields}, now)
        return self._store.settings(tx)
