"""Where runs are kept: one protocol, several stores, one conformance suite."""
