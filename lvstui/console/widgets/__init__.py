"""What the screens are made of. Each is given values and draws them; none knows the session."""
