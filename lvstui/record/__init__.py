"""Keep what the Directors told and find it again: messages in, the same messages out at another time.

`recording_file` is the file, `recorded_entries` what stands in it, `keyframe` what each chunk begins with; `recorder` writes it,
and `replay` reads it. `anonymous` puts invented names into one.
Not for: what a message means (see `cluster`), nor who opens a recording (see `session`).
"""
