"""Several free weights, all of R^k."""
