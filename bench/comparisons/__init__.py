"""What people would build a chat on instead, each doing the same work: a message stored, acknowledged, passed on."""
