"""What do we ask the database? One function per question, one file a stage."""
