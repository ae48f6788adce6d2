"""What may be written next in an expression: paths with types from output schemas and from the last run. Pure."""
