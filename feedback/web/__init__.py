"""What does a browser see? A package an audience, each with its own guard."""
