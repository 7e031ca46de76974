"""How do Alembic's commands reach our tables?"""

from alembic import context

from feedback.db.migrate import configure_arguments

connection = context.config.attributes["connection"]
context.configure(connection=connection, **configure_arguments())
with context.begin_transaction():
    context.run_migrations()
