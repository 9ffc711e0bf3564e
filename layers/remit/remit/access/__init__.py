"""Who is calling and what they may do: tokens, tenants, roles, policy."""
