"""Proves that tables and benchmarks are what they say before anything learns from them."""
