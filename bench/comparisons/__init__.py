"""Other ways to build a chat. Each does the same work: it stores a message, acknowledges it and passes it on."""
