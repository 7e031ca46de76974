"""What are the rules, before any framework, row or network?"""
