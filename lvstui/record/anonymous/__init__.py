"""Put invented names and addresses into a recording, always the same one for the same original.

`address_map` and `vocabulary` say what becomes another, `inventions` which, `anonymiser` where it stands; `leak_check` looks
whether anything was left. Not for: files (see `record.anonymous_copy`).
"""
