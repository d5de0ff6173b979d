"""The suite. Each file mirrors what it tests."""
