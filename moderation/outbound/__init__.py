"""The one door out: every socket to the outside is opened here.

`check_url` judges what a person typed, when it is saved and again when it is used. `open_client` gives an
`httpx.AsyncClient` that judges the address it is about to dial. `exchange` posts, `fetch_picture` downloads.
Settings come in as values; nothing here knows Django.
"""
