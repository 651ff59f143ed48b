"""Sentences, made last, from an answer and its data: each is written here, and terminal, page, notebook and explorer print it."""
