"""Tell the operator by the terminal itself: its title, its bell, its notifications."""
