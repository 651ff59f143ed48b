"""The loss of one neuron as a sum of one scalar function of linear forms: its values, enclosures and directions."""
