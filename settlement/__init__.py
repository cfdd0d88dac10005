"""The domain: records, episodes, agreements, money and measures. Knows no wire format and no database."""
