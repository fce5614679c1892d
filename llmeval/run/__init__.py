"""Cases -> run: the engine and the log it writes."""
