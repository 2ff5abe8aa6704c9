"""Other ways to build a chat. Each does the same work: store a message, acknowledge it, pass it on."""
