"""Keep the virtual and real servers of both Directors as one table; their states, drains and figures over time."""
