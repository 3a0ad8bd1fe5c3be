"""Show one virtual server: what both Directors say of it, and its real servers with a plot each."""
