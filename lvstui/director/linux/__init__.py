"""The real machine behind the `System` port: Linux, IPVS, keepalived. Runs on the Director, with its own python3."""
