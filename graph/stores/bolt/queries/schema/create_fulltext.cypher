CREATE FULLTEXT INDEX {{name}} IF NOT EXISTS FOR {{pattern}} ON EACH [{{properties}}]
