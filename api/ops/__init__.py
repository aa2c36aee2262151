"""The operators' endpoint, /ops/graphql: what a programme's staff can see and do."""
