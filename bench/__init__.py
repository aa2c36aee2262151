"""Benches: what the speed and memory targets are measured with; not part of the app."""
