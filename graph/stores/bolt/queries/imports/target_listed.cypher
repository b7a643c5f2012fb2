WITH t, nodes, nodes[$targets[t]] AS b{{carried}}
