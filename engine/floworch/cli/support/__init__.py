"""What the verbs share: options, stores, inputs, following a run, errors."""
