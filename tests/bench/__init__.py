"""Benchmarks: how fast what people wait for is, beside a reference measured in the same run."""
