"""Season: many files, one athlete."""
