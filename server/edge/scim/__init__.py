"""The calls below `/scim/v2/`, with which identity providers manage staff (RFC 7643, RFC 7644)."""
