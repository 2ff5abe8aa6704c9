"""Chat servers on common frameworks. Each stores, acknowledges and forwards messages, as Switchboard does."""
