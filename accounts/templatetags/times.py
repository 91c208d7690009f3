"""`{{ at|moment }}`: a time in the reader's zone, to the second."""

from django import template

from accounts import times

register = template.Library()
register.filter("moment", times.text)
