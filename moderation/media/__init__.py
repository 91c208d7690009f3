"""Pictures as people see them: hostile bytes in, our own re-encoded pixels out.

`render` is the one door. The modules split along the process boundary:

- parent: `render`, `rendition`, `signatures`, `child_process`, `reply`. None of them decodes, none imports Pillow.
- child: the folder `decoder`, run once for each picture under memory, time and file limits.
- both: `display_errors`.

Around it: `fetch` works off what is to be done, `prepare` goes from an address or an upload to the renditions kept,
`store` keeps them in a `folder` or a `bucket`.
"""
