"""What happens, as it happens: feeds of runs, a board for the rest, and the sockets that listen."""
