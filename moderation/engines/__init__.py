"""What looks at a picture: engines behind one protocol, and the chain of them that an app has.

`protocol` says what an engine is; `chain` asks the engines of an app at once and joins what they find;
`result.v4_result` writes that as the body of the image v4 contract. Every engine outside this host is called through
`moderation.outbound`.
"""
