"""Draw the topology: clients, VIPs, Directors, services and machines as a picture.

Not for: what is connected with what (`cluster.views`).
"""
