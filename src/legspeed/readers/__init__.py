"""Readers: bytes in, activities out."""
