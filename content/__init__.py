"""What Suar says and knows: data first."""
