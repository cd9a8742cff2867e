"""Real data: files named in `sources.yaml` to `data/raw`, then to verifiable tasks and text. Runs no package's code unsandboxed."""
