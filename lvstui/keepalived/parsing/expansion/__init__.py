"""Make statements of a file's lines and of all that it includes: `$NAME`, `@id`, `~SEQ`. Not for: blocks (see `nesting`)."""
