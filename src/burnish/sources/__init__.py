"""Real data: files named in `sources.yaml` to `data/raw`, then to tasks and texts. Runs package code in the sandbox only."""
