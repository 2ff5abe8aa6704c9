"""What people type: whether it shows anything, and whether it is a mail address. Pure; knows no room."""
