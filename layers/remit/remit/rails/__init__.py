"""Ways that payments come in and go out. Knows messages and rails, never accounts or balances."""
