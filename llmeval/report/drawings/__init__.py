"""What the sections of the page show: each a plain function of the view."""
