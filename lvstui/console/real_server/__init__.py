"""Show one real server: both Directors side by side, its plots, events and connections."""
