"""`{{ fetch.why|told }}`: what was written down in English, in the language of the page."""

from django import template

from review.presentation.stored_messages import told

register = template.Library()
register.filter("told", told)
