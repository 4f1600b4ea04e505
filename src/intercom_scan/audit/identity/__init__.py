"""Whether whoever is logged in to the Messenger is proven to be that user."""
