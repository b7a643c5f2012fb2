SHOW SETTINGS 'db.memory.transaction.max' YIELD value
