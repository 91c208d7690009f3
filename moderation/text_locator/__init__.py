"""Where recognised text that came without boxes lies on the picture.

`align` matches the text that a machine sent with the lines that the engine of this host finds in our copy of the
picture, `places` tells from that where marked words lie; both are pure. `wanted` notes at intake which results need it,
`locate` is what workers do. What it finds is kept beside the machine's result, which never changes.
"""
