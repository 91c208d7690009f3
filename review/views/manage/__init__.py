"""The pages under `/manage/`: each parses a form, calls one verb, and renders."""
