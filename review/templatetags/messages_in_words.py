"""`{{ fetch.why|describe }}`: a stored message in the language of the page."""

from django import template

from review.presentation.messages import describe

register = template.Library()
register.filter("describe", describe)
