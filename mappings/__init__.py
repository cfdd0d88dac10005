"""Between wire and record, both directions: one file per format."""
