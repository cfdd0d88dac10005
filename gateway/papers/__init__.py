"""Papers: a claim as people keep it - statements as PDF, XLSX and CSV, and the invoice that goes with it."""
