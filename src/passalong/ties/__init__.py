"""Who knows whom in the database: evidence in, probability out, answers."""
