"""How alike two nodes are, by whom they know."""
