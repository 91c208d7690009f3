"""Decode untrusted picture bytes and re-encode them as the JPEGs that moderators see.

`render` is the only entry point. The modules split along the process boundary:

- parent: `render`, `rendition`, `signatures`, `child_process`, `decoder_server`, `reply`. None of them decodes, none
  imports Pillow.
- server: `decoder/serve`, which has imported Pillow and forks the children. It opens no picture.
- child: the rest of the folder `decoder`, run once for each picture under memory, time and file limits.
- both: `display_errors`.

Around it: `fetch` runs the due fetches, `prepare` turns an address or an upload into stored renditions, `store` keeps
them in a `folder` or a `bucket`.
"""
