"""Who was asked, what did they say, who may see it, and what came of it?"""
