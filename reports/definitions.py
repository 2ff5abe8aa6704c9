"""The definition of each figure, as pages and `GET /api/reports/definitions` show it. docs/metrics.md has the same
definitions."""

from __future__ import annotations

from msgspec import Struct


class Definition(Struct, frozen=True):
    """What a figure means. `figure` is its name in answers. `counts_for` says which team and agent a chat or ticket is
    counted for."""

    figure: str
    name: str
    unit: str
    meaning: str
    counts_for: str


_LAST = "The team and the agent that had the chat last."
_FIRST = "The team and the agent that answered the chat first."
_BY = "The ticket's team at that time, and the person who did it. Nobody, if the system did."

DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "offered",
        "Offered",
        "chats",
        "Chats that joined a queue on the day and are closed by now. Each is answered, abandoned or missed. Chats that "
        "still run are not in yet.",
        _LAST,
    ),
    Definition("answered", "Answered", "chats", "Offered chats that an agent joined.", _LAST),
    Definition(
        "abandoned",
        "Abandoned",
        "chats",
        "Offered chats that no agent joined, because the customer left, ended the chat or fell silent first.",
        _LAST,
    ),
    Definition("missed", "Missed", "chats", "Offered chats that still waited when the team closed.", _LAST),
    Definition(
        "void",
        "Void",
        "chats",
        "Chats whose ticket has the code Void. They count as offered, but not in times and ratings. A chat with a "
        "rating or with more than three messages of agents stays in times and ratings until a review says that it is "
        "void.",
        _LAST,
    ),
    Definition(
        "wait_s",
        "Wait time",
        "seconds",
        "From the time at which an answered chat first joined a queue until an agent first joined it. Time before an "
        "overflow or a transfer in the queue is included. The goal is that of the team.",
        _FIRST,
    ),
    Definition(
        "first_response_s",
        "First response",
        "seconds",
        "From the time at which an agent first joined until the first message of an agent. Chats in which no agent "
        "wrote have none. The goal is that of the team.",
        _FIRST,
    ),
    Definition(
        "next_response_s",
        "Next response",
        "seconds",
        "From the customer's first unanswered message until the reply of an agent, for each reply except the first of "
        "a chat. If a chat joins a queue again and no message is unanswered, the time begins then.",
        _LAST,
    ),
    Definition(
        "handle_s",
        "Handle time",
        "seconds",
        "From the time at which an agent first joined until the end of the chat, for answered chats.",
        _LAST,
    ),
    Definition(
        "rating",
        "Rating",
        "1 to 5",
        "The customers' last ratings. A rating counts for the last chat of its ticket, on the day of that chat.",
        _LAST,
    ),
    Definition(
        "concurrency",
        "Chats at once",
        "chats",
        "The time of all chats that the agent held while available and connected, divided by that time. Chats that "
        "still run are not in yet.",
        "The agent, with the chats of all teams.",
    ),
    Definition(
        "occupancy",
        "Slots taken",
        "per cent",
        "The time of all chats that the agent held while available and connected, divided by that time multiplied by "
        "the agent's capacity.",
        "The agent, with the chats of all teams.",
    ),
    Definition(
        "created",
        "Created",
        "tickets",
        "Tickets that were created on the day, in any channel.",
        "The ticket's team at that time.",
    ),
    Definition(
        "solved",
        "Solved",
        "tickets",
        "How often a ticket was solved on the day. A ticket that was reopened and solved again counts each time. Codes "
        "are those of the solving, with later corrections.",
        _BY,
    ),
    Definition(
        "reopened",
        "Reopened",
        "tickets",
        "How often a solved ticket was reopened on the day.",
        "The ticket's team at that time, and the person who had solved it.",
    ),
    Definition(
        "duplicates",
        "Duplicates",
        "tickets",
        "How often a ticket was solved with the code Duplicate on the day.",
        _BY,
    ),
    Definition(
        "auto_solved",
        "Auto-solved",
        "tickets",
        "How often the system solved a ticket on the day, because nobody answered the reminders.",
        "The ticket's team at that time, and nobody.",
    ),
    Definition(
        "training_suggested",
        "Hints for training",
        "tickets",
        "How often a ticket was solved with the code Training suggested on the day. By client, it is that of the "
        "ticket now.",
        _BY,
    ),
    Definition(
        "no_issue",
        "Hints for our own training",
        "tickets",
        "How often a ticket was solved with the code No issue on the day: product or development was involved and "
        "found no defect.",
        _BY,
    ),
    Definition(
        "promised_wait",
        "Promised wait",
        "seconds",
        "The wait that the customer was told when the chat started, for answered chats. It is kept if the wait time "
        "was not longer. Customers read it in whole minutes, at least one. Chats without an estimate are left out.",
        _FIRST,
    ),
    Definition(
        "time_in_status",
        "Time in status",
        "seconds",
        "The time that tickets spent in a status, within the hours of the team. It counts for the day on which the "
        "ticket left the status, or changed its team, assignee or product. Solved tickets have none.",
        "The team and the assignee that the ticket had during this time.",
    ),
    Definition(
        "service_levels",
        "Service levels",
        "tickets",
        "How often a target of a service level ended on the day: the first reply, a next reply, the resolution. It is "
        "met if it ended within its time, in the hours of the team, and missed if it ended later. A target that still "
        "runs is not in yet, even if it is late: “Late now” has it. A ticket without a policy has no targets. Void "
        "tickets are left out, as from other times. The resolution of a ticket that is solved as Duplicate is left out "
        "too, because another ticket covers the issue. Merged tickets are duplicates.",
        "The team and the assignee that the ticket had when the target ended.",
    ),
    Definition(
        "late_now",
        "Late now",
        "tickets",
        "Tickets with a target of a service level that is late now, whatever the period: it still runs, or was late "
        "when the ticket began to await a reply. Each ticket counts once. A target is missed on the day on which it "
        "ends.",
        "The present team and assignee of the ticket.",
    ),
    Definition(
        "backlog",
        "Not solved",
        "tickets",
        "Tickets that are not solved now, whatever the period. The age is the number of business days of the team that "
        "began after the day on which the ticket was created, today included.",
        "The present team and assignee of the ticket.",
    ),
)
