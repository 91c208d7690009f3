"""A week in which the demo's people worked: cases of the past days, decided, escalated, reopened, some still open.

They are written as rows with past times, since the product's verbs record the present: the rows that those verbs would
have written, without webhooks, because the demo's endpoint is younger.
"""
