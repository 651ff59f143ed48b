"""Several free weights in a box: branch and bound."""
