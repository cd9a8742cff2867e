"""Training steps: each turns a base model, its chain of adapters and a mixture into one more adapter."""
