"""Channels: one file each, the same face."""
