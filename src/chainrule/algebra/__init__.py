"""Algebras: one file, one meaning of the operations."""
