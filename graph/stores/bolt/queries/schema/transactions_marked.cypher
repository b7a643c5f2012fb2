SHOW TRANSACTIONS YIELD transactionId, metaData
