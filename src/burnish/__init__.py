"""Burnish turns a base language model into a full-stack developer's assistant, one hashed DVC stage at a time."""
