"""Experiments with a running shop: each tells its seed and one line of figures, and what does not hold."""
