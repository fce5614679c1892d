"""RUN + VERDICT -> PAGE: what people read, written from the run log and the verdict."""
