"""Several processes of one desk: what each learns from the others, and which one leads."""
