"""Request -> reply: what answers."""
