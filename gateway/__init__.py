"""The program: HTTP, MLLP, SQL, clock, delivery, pages, command line."""
