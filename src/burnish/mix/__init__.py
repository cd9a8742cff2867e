"""Decides what a training step sees, in supervised tokens."""
