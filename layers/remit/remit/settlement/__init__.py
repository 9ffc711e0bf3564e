"""Settlement between banks: windows, positions, instructions, and their proof by hash."""
