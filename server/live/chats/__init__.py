"""The open chats: their events, readers, limits and blocks."""
