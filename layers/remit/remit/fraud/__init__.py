"""The fraud check: features kept by counters, rules held as data, decisions that never change."""
