"""The inboxes of staff: what is put into them, what they show, and the letters about unread entries."""
