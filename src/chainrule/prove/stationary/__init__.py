"""All stationary points in a box."""
