"""What people fill in: shape is checked here, rules in the services."""
