"""Draw the topology: clients, VIPs, Directors, services and machines as a picture."""
