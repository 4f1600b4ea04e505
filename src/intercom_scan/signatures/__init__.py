"""Whether a signature is right and, where it is not, what most likely made it so; offline."""
