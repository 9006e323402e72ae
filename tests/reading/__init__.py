"""How well free text is read: rows written by hand, half of them kept aside, and one scorer a task."""
