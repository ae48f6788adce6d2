"""Runs as the window sees them: hosts, the batched event feed, the controller and words for people."""
