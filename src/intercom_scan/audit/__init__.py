"""The security checklist of a project that uses Intercom, checked by a machine."""
