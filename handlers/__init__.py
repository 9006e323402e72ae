"""Conversations: pure, without channel, database, clock or luck."""
