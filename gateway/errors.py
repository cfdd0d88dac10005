"""Errors about calls. Findings about data are issues (profiles.issue), never exceptions.

    GatewayError
    ├── SettingsError        a setting is missing, contradicts another, or its file cannot be read
    ├── StoreError           nothing could be stored; nothing may be acknowledged
    ├── NotFoundError        the thing asked for is not here
    ├── NotAllowedError      the caller is known, but may not do this
    ├── NotKnownError        the caller has not shown who they are
    ├── BadRequestError      the call itself is wrong (parameter, body, header)
    │   └── TooLargeError    more bytes than the gateway takes in
    └── ConflictError        the call contradicts what has been settled (a closed month)

Every message says what is wrong and what to do, and holds no personal data. Which HTTP status an error becomes is
known by the HTTP door alone.
"""

from __future__ import annotations


class GatewayError(Exception):
    """Root of the tree. The message is meant for people."""


class SettingsError(GatewayError):
    """A setting is missing, contradicts another, or its file cannot be read."""


class StoreError(GatewayError):
    """Nothing could be stored; nothing may be acknowledged."""


class NotFoundError(GatewayError):
    """The thing asked for is not here."""


class NotAllowedError(GatewayError):
    """The caller is known, but may not do this."""


class NotKnownError(GatewayError):
    """The caller has not shown who they are."""


class BadRequestError(GatewayError):
    """The call itself is wrong: a parameter, the body or a header."""


class TooLargeError(BadRequestError):
    """More bytes than the gateway takes in."""


class ConflictError(GatewayError):
    """The call contradicts what has been settled, such as a closed month."""
