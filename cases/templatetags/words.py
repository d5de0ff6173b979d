"""The förbund's own words, in templates."""

from django import template

from cases.words import said

register = template.Library()
register.filter("said", said)
