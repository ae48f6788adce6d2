"""The right-hand panel: forms made from schemas, middleware, and what a node did in the shown run."""
