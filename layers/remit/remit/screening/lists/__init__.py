"""Readers of published lists, one module for each: files in, entries out, or where they are wrong."""
