CREATE INDEX {{name}} IF NOT EXISTS FOR {{pattern}} ON ({{properties}})
