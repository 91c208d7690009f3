"""Every connection to the outside is opened here.

`check_url` checks what a person typed, when it is saved and again when it is used. `open_client` returns an
`httpx.AsyncClient` that checks the address before it connects. `exchange` posts, `fetch_picture` downloads.
Settings are passed as values; nothing here imports Django.
"""
