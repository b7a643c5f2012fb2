COUNT { (n)<-[:{{edge}} { {{property}}: {{value}}}]-() }
