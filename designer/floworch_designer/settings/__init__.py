"""What the designer remembers between starts: one table of settings, one ini file."""
