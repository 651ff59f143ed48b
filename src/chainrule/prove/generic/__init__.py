"""The prover for any formula: enclosures by interval jets, where there is no sum of sigmoids to make use of."""
