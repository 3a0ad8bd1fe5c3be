"""Ask for changes in dialogs, show their plans, and show how they go. Nothing is written that was not shown.

Not for: opening the dialogs (see `console.commands`), making plans, nor carrying them out.
"""
