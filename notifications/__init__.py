"""Drains the outbox: who gets word, in what letter, and the proof that it left."""
