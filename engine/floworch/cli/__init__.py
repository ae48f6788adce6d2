"""The command ``floworch``: one module per verb, loaded when it is asked for."""
