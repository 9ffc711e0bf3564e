"""What must stay secret: sealed fields, tokens, equality search, and keys that can be destroyed."""
