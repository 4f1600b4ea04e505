"""Whether what was found is still of use: the one part that connects, and only when told to."""
