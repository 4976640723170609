"""A dunningkit ledger source that reads receivables, customers and payments from CSV files."""
