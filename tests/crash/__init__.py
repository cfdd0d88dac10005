"""kill -9 under load, again and again: no acknowledged letter is lost, none is processed twice."""
