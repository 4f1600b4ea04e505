"""What other scanners load; installed as `intercom_scan.plugins`."""
