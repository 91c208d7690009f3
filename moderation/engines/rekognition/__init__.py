"""Amazon Rekognition: moderation labels, faces and text, written from its public documentation.

`engine` asks, `requests` signs, `labels` has the table from its labels to ours, `read_reply` reads what it answers.
"""
