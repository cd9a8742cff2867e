"""Real data: files named in `sources.yaml` to `data/raw`, then to tasks and texts. Package code runs sandboxed only."""
