"""Readers of published lists, one module each: files in, entries out, or what is wrong where."""
