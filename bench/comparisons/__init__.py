"""Other ways to build a chat. Each of them does the same work: it stores a message, acknowledges it and forwards it."""
