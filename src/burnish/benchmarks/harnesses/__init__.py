"""FullstackEval in the harnesses of others: they ask the model and report, Burnish's sandbox grades."""
