"""Screenshot to page: 24 pages of the project's own, and how near an answer's page comes to the one in the picture."""
