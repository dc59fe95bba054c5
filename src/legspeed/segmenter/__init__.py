"""Segmenter: activity in, bursts and efforts out."""
