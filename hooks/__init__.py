"""One module a hook, each with `main(argv=None) -> int`; installed as `intercom_scan.hooks`."""
