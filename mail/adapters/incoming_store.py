"""Records of incoming mail in the database, through SQLModel sessions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import func, or_, text, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from mail.adapters.incoming_tables import DONE_WITH_BYTES, STORED, SUSPENDED, IncomingMailRow, TrustedSenderRow
from mail.adapters.tables import LetterRow, ReplyAddressRow
from mail.identifiers import fingerprint
from mail.incoming.parsing import Envelope
from mail.incoming.result import Authentication, Kind, MatchedBy, Reason, Result, State, StoredMail, Verdict
from mail.incoming_ports import Answered, ReplyAddress
from storage.ports import Tx
from storage.upsert import insert_into
from texts.addresses import normal_email

_COPIES_MAX = 50


class SqlIncomingMails:
    """Implements `mail.incoming_ports.IncomingMails` on SQLite and PostgreSQL."""

    def add(self, tx: Tx, envelope: Envelope, digest: str, size: int, now: int) -> int | None:
        insert = insert_into(tx, IncomingMailRow).values(
            received_at=now,
            envelope_from=envelope.sender,
            envelope_to=envelope.to,
            digest=digest,
            size=size,
            state="stored",
            attempts=0,
        )
        once = insert.on_conflict_do_nothing(index_elements=["digest", "envelope_to"])
        found = tx.session.connection().execute(once.returning(col(IncomingMailRow.id))).first()
        return found[0] if found is not None else None

    def knows(self, tx: Tx, digest: str, recipients: Collection[str]) -> bool:
        known = set(tx.session.exec(select(IncomingMailRow.envelope_to).where(IncomingMailRow.digest == digest)))
        return known.issuperset(recipients)

    def claim(self, tx: Tx, holder: str, now: int, until: int) -> StoredMail | None:
        query = _free(now).order_by(col(IncomingMailRow.id)).limit(1).with_for_update(skip_locked=True)
        row = tx.session.exec(query).first()
        if row is None:
            return None
        row.attempts += 1
        row.claimed_by, row.claimed_until = holder, until
        tx.session.flush()
        return _mail(row)

    def waits(self, tx: Tx, now: int) -> bool:
        return tx.session.exec(_free(now).limit(1)).first() is not None

    def find(self, tx: Tx, id: int, *, lock: bool = False) -> StoredMail | None:
        query = select(IncomingMailRow).where(IncomingMailRow.id == id)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        row = tx.session.exec(query).first()
        return _mail(row) if row is not None else None

    def read_as(self, tx: Tx, id: int, message_id: str, sender: str | None, subject: str) -> None:
        _update(tx, id, message_id=message_id, sender=sender, subject=subject)

    def settle(self, tx: Tx, id: int, result: Result, now: int) -> None:
        _update(
            tx,
            id,
            state=result.state,
            kind=result.kind,
            reason=result.reason,
            matched_by=result.matched_by,
            authentication=result.authentication.verdict,
            authentication_detail=result.authentication.detail,
            ticket=result.ticket,
            seq=result.seq,
            quoted=result.quoted,
            done_at=now,
            claimed_by=None,
            claimed_until=None,
        )

    def give_back(self, tx: Tx, id: int, holder: str, until: int, *, counts: bool = True) -> None:
        theirs = update(IncomingMailRow).where(col(IncomingMailRow.id) == id, col(IncomingMailRow.claimed_by) == holder)
        attempts = col(IncomingMailRow.attempts) - (0 if counts else 1)
        changed = theirs.values(claimed_by=None, claimed_until=until, attempts=attempts)
        tx.session.connection().execute(changed)

    def of_ticket(self, tx: Tx, ticket: int, before: int | None = None, limit: int | None = None) -> list[StoredMail]:
        query = select(IncomingMailRow).where(IncomingMailRow.ticket == ticket)
        if before is not None:
            query = query.where(col(IncomingMailRow.id) < before)
        newest = query.order_by(col(IncomingMailRow.id).desc()).limit(limit)
        return [_mail(row) for row in tx.session.exec(newest)][::-1]

    def replies(self, tx: Tx, ticket: int) -> set[int]:
        query = select(IncomingMailRow.seq).where(IncomingMailRow.ticket == ticket)
        return {seq for seq in tx.session.exec(query) if seq is not None}

    def holds(self, tx: Tx, ticket: int, *, reason: Reason | None = None, since: int = 0, besides: int = 0) -> bool:
        query = select(IncomingMailRow.id).where(IncomingMailRow.ticket == ticket, IncomingMailRow.state == "suspended")
        query = query.where(col(IncomingMailRow.received_at) > since, IncomingMailRow.id != besides)
        if reason is not None:
            query = query.where(IncomingMailRow.reason == reason)
        return tx.session.exec(query.limit(1)).first() is not None

    def suspended(self, tx: Tx, limit: int, after: int = 0) -> list[StoredMail]:
        query = select(IncomingMailRow).where(text(SUSPENDED), col(IncomingMailRow.id) > after)
        return [_mail(row) for row in tx.session.exec(query.order_by(col(IncomingMailRow.id)).limit(limit))]

    def delete(self, tx: Tx, id: int) -> list[str]:
        row = tx.session.exec(select(IncomingMailRow).where(IncomingMailRow.id == id)).first()
        if row is None or row.state == "deleted":
            return []
        _update(tx, id, state="deleted", subject=None, quoted=None)
        return [row.digest]

    def spent(self, tx: Tx, digest: str, now: int) -> list[str]:
        done = update(IncomingMailRow).where(col(IncomingMailRow.digest) == digest, text(DONE_WITH_BYTES))
        tx.session.connection().execute(done.values(bytes_removed_at=now))
        return [digest]

    def delete_text(self, tx: Tx, ticket: int, seq: int, now: int) -> list[str]:
        became = (IncomingMailRow.ticket == ticket, IncomingMailRow.seq == seq, IncomingMailRow.state != "deleted")
        digests = list(dict.fromkeys(tx.session.exec(select(IncomingMailRow.digest).where(*became))))
        if digests:
            copies = update(IncomingMailRow).where(col(IncomingMailRow.digest).in_(digests))
            tx.session.connection().execute(copies.values(state="deleted", subject=None, quoted=None))
        return [*digests, *self._forget_quotes(tx, ticket, seq, now)]

    def _forget_quotes(self, tx: Tx, ticket: int, seq: int, now: int) -> list[str]:
        """Empty the quoted texts of the ticket's mails that came in after reply `seq`, because they may quote the
        reply. Record that these mails no longer need their bytes.

        Returns the digests of these mails. A copy of such a mail to another recipient still needs the bytes if the copy
        is not processed yet or is held back.
        """
        later = or_(col(IncomingMailRow.seq) > seq, col(IncomingMailRow.seq).is_(None))
        query = select(IncomingMailRow.digest).where(IncomingMailRow.ticket == ticket, later)
        digests = set(tx.session.exec(query.where(IncomingMailRow.state == "done")))
        if digests:
            same = update(IncomingMailRow).where(col(IncomingMailRow.digest).in_(digests))
            tx.session.connection().execute(same.values(quoted=None))
            done = same.where(text(DONE_WITH_BYTES)).values(bytes_removed_at=now)
            tx.session.connection().execute(done)
        return sorted(digests)

    def sent_since(self, tx: Tx, sender: str, verdict: Verdict, since: int) -> int:
        theirs = (IncomingMailRow.sender == sender, IncomingMailRow.authentication == verdict)
        query = select(func.count()).select_from(IncomingMailRow).where(*theirs)
        return tx.session.exec(query.where(col(IncomingMailRow.received_at) > since)).one()

    def seen(self, tx: Tx, message_ids: Sequence[str], sender: str | None = None) -> StoredMail | None:
        if not message_ids:
            return None
        query = _part_of_a_ticket(message_ids)
        if sender is not None:
            query = query.where(IncomingMailRow.sender == sender)
        row = tx.session.exec(query.limit(1)).first()
        return _mail(row) if row is not None else None

    def copies(self, tx: Tx, message_id: str, sender: str) -> list[StoredMail]:
        query = _part_of_a_ticket([message_id]).where(IncomingMailRow.sender == sender)
        return [_mail(row) for row in tx.session.exec(query.limit(_COPIES_MAX))]

    def reply_address(self, tx: Tx, token: str) -> ReplyAddress | None:
        row = tx.session.get(ReplyAddressRow, fingerprint(token))
        return ReplyAddress(row.ticket, row.address, row.revoked_at is not None) if row is not None else None

    def answered(self, tx: Tx, message_id: str) -> Answered | None:
        query = select(LetterRow).where(LetterRow.message_id == message_id, col(LetterRow.ticket).is_not(None))
        row = tx.session.exec(query).first()
        return Answered(row.ticket, row.address) if row is not None and row.ticket is not None else None

    def trusts(self, tx: Tx, address: str) -> bool:
        return tx.session.get(TrustedSenderRow, normal_email(address)) is not None

    def trust(self, tx: Tx, address: str, staff: str, now: int) -> None:
        insert = insert_into(tx, TrustedSenderRow).values(address=normal_email(address), staff=staff, at=now)
        tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["address"]))

    def trusted(self, tx: Tx) -> list[str]:
        return list(tx.session.exec(select(TrustedSenderRow.address).order_by(col(TrustedSenderRow.address))))

    def distrust(self, tx: Tx, address: str) -> bool:
        row = tx.session.get(TrustedSenderRow, normal_email(address))
        if row is None:
            return False
        tx.session.delete(row)
        tx.session.flush()
        return True


def _part_of_a_ticket(message_ids: Sequence[str]) -> SelectOfScalar[IncomingMailRow]:
    query = select(IncomingMailRow).where(
        col(IncomingMailRow.message_id).in_(message_ids),
        col(IncomingMailRow.ticket).is_not(None),
        IncomingMailRow.state == "done",
    )
    return query.order_by(col(IncomingMailRow.id).desc())


def _free(now: int) -> SelectOfScalar[IncomingMailRow]:
    claimed = col(IncomingMailRow.claimed_until)
    return select(IncomingMailRow).where(text(STORED), or_(claimed.is_(None), claimed <= now))


def _update(tx: Tx, id: int, **values: object) -> None:
    tx.session.connection().execute(update(IncomingMailRow).where(col(IncomingMailRow.id) == id).values(**values))


def _mail(row: IncomingMailRow) -> StoredMail:
    assert row.id is not None
    proven = None
    if row.authentication is not None:
        proven = Authentication(msgspec.convert(row.authentication, Verdict), row.authentication_detail or "")
    return StoredMail(
        id=row.id,
        received_at=row.received_at,
        envelope_from=row.envelope_from,
        envelope_to=row.envelope_to,
        digest=row.digest,
        size=row.size,
        state=msgspec.convert(row.state, State),
        attempts=row.attempts,
        message_id=row.message_id,
        sender=row.sender,
        subject=row.subject,
        kind=msgspec.convert(row.kind, Kind | None),
        reason=msgspec.convert(row.reason, Reason | None),
        matched_by=msgspec.convert(row.matched_by, MatchedBy | None),
        authentication=proven,
        ticket=row.ticket,
        seq=row.seq,
        quoted=row.quoted,
        done_at=row.done_at,
    )
