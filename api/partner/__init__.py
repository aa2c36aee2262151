"""The partners' endpoint, /partner/graphql: what a partner's own systems can see and do."""
