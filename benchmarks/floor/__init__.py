"""Baselines for the benchmarks: the simplest programs that do a part of the product's job."""
