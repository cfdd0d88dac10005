"""What a correct message is: limits, strict parsers, validation and the guide of our own."""
