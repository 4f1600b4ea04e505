"""The words by which checks find the files that they read: one pass looks for all of them."""

from __future__ import annotations

from intercom_scan.matching import Database

# In whatever case. What a check asks for beside them costs a pass of its own; a test says so.
SPEAKING = (
    b"hmac",
    b"intercom",
    b"notification_event",
    b"signature",
    b"x-body-signature",
    b"x-hub-signature",
    b"x_body_signature",
    b"x_hub_signature",
)
# A changed file that says one of these, or of those above, is worth an audit.
TELLING = (
    *SPEAKING,
    b"jwt",
    b"node_tls_reject_unauthorized",
    b"rejectunauthorized",
    b"user-hash",
    b"user_hash",
    b"userhash",
)
# Much code says these, so that alone they do not make a file worth an audit.
COMMON = (
    b".group(",
    b".handle(",
    b".handlefunc(",
    b".mount(",
    b".post(",
    b".route(",
    b".use(",
    b"addfilter",
    b"addinterceptor(",
    b"certificate",
    b"cleartexttraffic",
    b"dotenv",
    b"env-file",
    b"env_file",
    b"filterregistrationbean",
    b"from decouple",
    b"handlerinterceptor",
    b"hostname",
    b"iapplicationbuilder",
    b"iddleware",
    b"iendpointroutebuilder",
    b"import.meta.env",
    b"intercom-react-native",
    b"intercom_flutter",
    b"io.intercom.android",
    b"log_out",
    b"logout",
    b"nsallowsarbitraryloads",
    b"onceperrequestfilter",
    b"pod 'intercom'",
    b"pythonhttpsverify",
    b"read_env(",
    b"reset_session",
    b"route::",
    b"sessionscontroller",
    b"sign_out",
    b"signout",
    b"trustmanager",
    b"unverified",
    b"urlpatterns",
    b"verify",
    b"webapplication",
)
WORDS = (*TELLING, *COMMON)


def database(words: tuple[bytes, ...]) -> Database:
    """What finds each of the words once, by its number."""
    escaped = (b"".join(b"\\x%02x" % byte for byte in word) for word in words)
    return Database([(pattern, True) for pattern in escaped], once=True)
