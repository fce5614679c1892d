"""What a text claims, and what other texts say about it: words, numbers, names, alignment."""
