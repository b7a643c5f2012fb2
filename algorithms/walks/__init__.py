"""Where walks lead that begin at one node."""
