"""Whether a handler of signed requests refuses those that are not signed right."""
