"""Benchmarks of the project's own: tasks made from templates, judged by execution. Training never reads them."""
