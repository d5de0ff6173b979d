"""The same services through another door, for programs."""
