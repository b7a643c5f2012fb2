COUNT { (n)-[:{{edge}}]->() }
