"""How does a message leave the building? Senders, and the words they carry."""
