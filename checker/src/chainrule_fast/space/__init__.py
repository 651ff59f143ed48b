"""Several free weights: proofs by boxes, by a direction that falls for ever, and by leaving out what changes nothing."""
