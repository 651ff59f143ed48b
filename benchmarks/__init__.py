"""Commands that measure; each prints one table."""
