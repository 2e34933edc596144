"""Measurements: each row beside the raw engine in the same run, as a ratio."""
