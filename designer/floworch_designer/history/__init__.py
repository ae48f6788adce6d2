"""The runs of the store: find one, open it, go on with it."""
