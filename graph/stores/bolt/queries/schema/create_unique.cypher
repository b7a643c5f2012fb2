CREATE CONSTRAINT {{name}} IF NOT EXISTS FOR {{pattern}} REQUIRE ({{properties}}) IS UNIQUE
