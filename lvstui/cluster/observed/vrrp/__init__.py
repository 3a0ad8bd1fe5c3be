"""Follow VRRP as one Director tells it: the state of each instance and its evidence, adverts, and the causes of FAULT.

Not for: the role of a Director, and what is shown of both (`views`).
"""
