"""How the console reaches an agent: SSH as the operator has it configured, and the agent shipped over it in memory."""
