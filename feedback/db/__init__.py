"""How is everything kept? The only room in which SQLAlchemy lives."""
