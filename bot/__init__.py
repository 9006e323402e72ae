"""The running service: doors, desk, clock."""
