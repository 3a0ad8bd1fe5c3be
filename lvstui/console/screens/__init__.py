"""Show the main screen, and the screens and dialogs over it that have no folder of their own."""
