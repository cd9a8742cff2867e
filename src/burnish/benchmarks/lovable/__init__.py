"""LovableBench: whole applications from a prompt, judged by hidden journeys in a real browser."""
