"""What tests share: pairs, terminals, agents, folders of the checkout. No test is here, and none imports another one."""
