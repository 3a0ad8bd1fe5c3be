"""The link to a Director: tests against SSH servers in this process."""
