"""Other workflow engines, measured on this machine with the same graphs; each in an environment of its own."""
