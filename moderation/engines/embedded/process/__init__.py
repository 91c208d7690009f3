"""The engine's process: `serve.py SOCKET`. Its packages are those of the dependency group `engine`."""
