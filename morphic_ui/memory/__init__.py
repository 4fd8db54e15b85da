"""The memory as people see it: documents and their chunks, what is being taken in, searches, questions, evidence."""
