"""What ``floworch bench`` measures: this product on this machine, and other engines beside it."""
