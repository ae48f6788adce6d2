"""The rules of validation, one module per subject; ``floworch.model.validate`` runs them all."""
