"""From GGUF files to pass rates with intervals, verdicts and the release's manifest."""
