"""One free weight, the whole real line."""
