"""ISO 20022 messages as frozen values: pain.001 in, pain.002 out. Moves no money."""
