"""The house around the apps: settings, doors, log, health."""
