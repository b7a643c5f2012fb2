"""How each algorithm of the catalogue is run on a snapshot: options in, values and numbers out."""
