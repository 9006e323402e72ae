"""From free Indonesian text to meaning."""
