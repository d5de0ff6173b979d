"""Webhooks: a member's or a kansli's own system is told what its people are told, by number and link alone."""
