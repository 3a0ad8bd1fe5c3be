"""What each action does, as a function of the main screen: one module for each family of actions. See `console.actions`."""
