"""How handlers of webhooks bear what Intercom does: its limit of time, repeats, new topics."""
