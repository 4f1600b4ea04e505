"""Fresh fakes in all the places where a repository keeps bytes, for the self-test and the tests."""
