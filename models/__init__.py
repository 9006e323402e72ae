"""What Suar keeps, and the rules over it."""
