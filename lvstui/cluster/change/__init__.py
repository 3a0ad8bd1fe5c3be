"""Carry out a plan on both Directors, or on neither. Sans-IO: messages and a clock in, messages to send out."""
