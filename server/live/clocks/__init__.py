"""The clocks of chats: silence, first and next response, overflow, wrap-up, closing time."""
