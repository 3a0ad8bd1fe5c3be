"""Follow VRRP as one Director tells it: the state of each instance and its evidence, adverts, and the causes of FAULT.

Not for: what both Directors together show of a virtual router (`views`).
"""
