"""Api: the GraphQL door. Reads a request, calls one verb, shapes the answer."""
