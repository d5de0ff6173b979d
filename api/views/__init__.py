"""The doors for programs: they find what may be seen, hand clean data to a service, and show."""
