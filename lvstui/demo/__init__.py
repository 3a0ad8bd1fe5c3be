"""A simulated pair: two Directors behind the agent's own `system` port, over real SSH on loopback. Every key works on it."""
