"""Simulate: runs with known efforts, seen by a simulated watch."""
