"""The engine of this host: a process of its own with models that come inside packages, shared by web and worker.

`engine` asks it, `host` starts it, `wire` is what goes over its socket, `read_reply` reads what it says. `process/` is
the process itself: it imports neither Django nor the rest of the application. docs/engine.md says what it can see.
"""
