"""Repeatable benchmarks: product and peer in one run, on generated data, as ratios."""
