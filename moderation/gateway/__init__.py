"""The gateway: platforms call us as they would call the detection service (docs/gateway.md).

`views` reads a call and writes its answer; `moderate` looks at one picture, has policy judge it, and stores its case;
`calls` keeps the ones with a `callback` until a worker has moderated them.
"""
