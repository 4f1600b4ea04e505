"""Whether connections with Intercom are encrypted, and the other side's certificate is checked."""
