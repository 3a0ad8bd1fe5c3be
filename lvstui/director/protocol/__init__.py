"""Define what travels between the console and the agent: the messages by subject, their JSON, and their frames. Sans-IO.

Messages carry facts only, as the kernel, keepalived and the file system show them; `cluster` works out what they mean.
Times: `at` is the Director's CLOCK_MONOTONIC in seconds, `wall` its CLOCK_REALTIME in seconds since the epoch.
`error` in a message says why its figures are not known; the figures next to it are then empty and mean nothing.
`message_registry` lists every message. Not for: input or output, and what a message means.
"""
