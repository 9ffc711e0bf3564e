"""`make demo`: the whole backend at work once, on real requests, with a readable account of it."""
