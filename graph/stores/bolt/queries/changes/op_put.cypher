SET {{node}} += ${{p}}
