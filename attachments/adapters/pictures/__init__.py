"""Pictures are redrawn without metadata, in processes of their own."""
