COUNT { (n)<-[:{{edge}}]-() }
