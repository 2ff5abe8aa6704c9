"""Tickets that were there before service levels know whether they were answered, and which question waits."""

from __future__ import annotations

from alembic import op

revision = "0089"
down_revision = "0088"


def upgrade() -> None:
    """From 0088 to 0089. A ticket that is closed for good is never asked again."""
    # What staff wrote for customers: replies, and messages of chats. What an agent closed counts as answered.
    op.execute(
        """
        UPDATE tickets
        SET service = CASE
            WHEN said.latest IS NULL THEN '{"asked_at":' || tickets.waiting_since || '}'
            WHEN tickets.waiting_since > said.latest
                THEN '{"answered_at":' || said.earliest || ',"asked_at":' || tickets.waiting_since || '}'
            ELSE '{"answered_at":' || said.earliest || '}'
        END
        FROM (
            SELECT one.number AS ticket, MIN(each_.first_at) AS earliest, MAX(each_.last_at) AS latest
            FROM tickets AS one
            LEFT JOIN (
                SELECT ticket, at AS first_at, at AS last_at FROM ticket_events
                WHERE NOT staff_only AND body LIKE '%"from":{"kind":"staff"%'
                UNION ALL
                SELECT ticket, COALESCE(first_reply_at, closed_at),
                    CASE WHEN closed_reason = 'closed' THEN closed_at ELSE first_reply_at END
                FROM chats
                WHERE ticket IS NOT NULL AND (first_reply_at IS NOT NULL OR closed_reason = 'closed')
            ) AS each_ ON each_.ticket = one.number
            WHERE one.service IS NULL AND one.closed_at IS NULL
            GROUP BY one.number
        ) AS said
        WHERE tickets.number = said.ticket AND (said.latest IS NOT NULL OR tickets.waiting_since IS NOT NULL)
        """
    )
