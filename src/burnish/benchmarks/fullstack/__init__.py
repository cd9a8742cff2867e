"""FullstackEval: small tasks of full-stack development, judged from outside by what the answer does."""
