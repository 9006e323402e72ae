"""Plays on all floors: talks, stores, doors and the rules of the house."""
