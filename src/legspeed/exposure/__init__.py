"""Exposure: efforts in, exposure out."""
