"""The demo: two förbund with made-up people and three years of cases, made through the services on a moved clock.

`people` holds the registers and who works there, `themes` and `phrases` the made-up words, `scene` one case's way
through the services, `stories` what happens to it, `making` the whole.
"""

from cases.demo.making import PASSWORD, Person, Receipt, Who, make, who

__all__ = ["PASSWORD", "Person", "Receipt", "Who", "make", "who"]
