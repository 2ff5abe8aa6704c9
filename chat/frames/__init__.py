"""The commands and events of the protocol `switchboard.v1`.

A frame to the server is one of `CUSTOMER_COMMANDS` or `STAFF_COMMANDS` (`chat.frames.catalog`). A frame from the server
is an answer (`ok` or `error`, written by `chat.wire`), a durable event (stored, with `seq` and `prev`), or an ephemeral
event. The types limit texts, so decoding a frame validates its shape completely. Rules beyond the shape are in
`chat.conversation`.

Texts are stored as sent. Times on the wire are RFC 3339, in UTC, with milliseconds.
"""
