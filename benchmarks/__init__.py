"""Measurements of legspeed: how well it reads, how fast it reads, how fast it starts. ``python -m benchmarks``."""
