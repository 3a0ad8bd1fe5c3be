"""Ask for what a change needs, a form for each action, and make an intent of it. Not for: what that intent would do."""
