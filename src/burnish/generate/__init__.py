"""Draws full-stack tasks whose answers are proved by execution, and pairs that show one flaw each."""
