"""How runs look in a terminal and in a pipe."""
