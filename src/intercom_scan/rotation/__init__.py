"""Which credentials are in use since when, and the way from an old one to a new one."""
