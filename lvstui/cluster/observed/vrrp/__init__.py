"""Follow VRRP as one Director tells it: the state of each instance and its evidence, adverts, and the causes of FAULT."""
