"""The data of customers: export, erasure and retention."""
