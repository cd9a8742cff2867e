"""A trained model as GGUF files, and the check that each file says what the model says."""
