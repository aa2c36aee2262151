"""Documents: the operations that several tests of the door send."""

ERRORS = "... on UserError { __typename code message path retryable }"
SEND = (
    """mutation ($friend: ID!, $points: Points!, $memo: String, $key: ID!) {
  sendPoints(input: {friendId: $friend, points: $points, memo: $memo}) @idempotent(key: $key) {
    __typename
    ... on SendPointsSuccess {
      transfer { id direction points memo state member { handle name } }
      viewer { points { available held } }
    }
    ... on InsufficientPoints { available needed }
    ... on TransferOverLimit { limit left }
    """
    + ERRORS
    + " } }"
)


def answering(verb: str) -> str:
    """acceptTransfer, declineTransfer or cancelTransfer."""
    kind = verb[0].upper() + verb[1:]
    return (
        f"mutation ($id: ID!, $key: ID!) {{ {verb}(input: {{transferId: $id}})"
        f" @idempotent(key: $key) {{ __typename ... on {kind}Success"
        " { transfer { id state } viewer { points { available held } } }"
        " ... on TransferClosed { state } " + ERRORS + " } }"
    )


def on_friend(verb: str, argument: str) -> str:
    """requestFriend, acceptFriend and the like, with their one argument."""
    return (
        f"mutation ($it: {'String' if argument == 'handle' else 'ID'}!)"
        f" {{ {verb}(input: {{{argument}: $it}}) {{ __typename " + ERRORS + " } }"
    )


FRIENDS = "{ viewer { friends { nodes { id member { handle } } } } }"
REQUESTS = (
    "query ($way: Direction!) { viewer { friendRequests(direction: $way)"
    " { nodes { id direction member { handle } } } } }"
)
POINTS = "{ viewer { points { available held pending } } }"
STATEMENT = """query ($first: Int, $after: Cursor) {
  viewer { statement(first: $first, after: $after) {
    edges { cursor node { id number } }
    nodes { number kind amount balanceAfter text friend { handle } transfer { id state } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  } }
}"""
WATCH = """subscription ($after: Cursor) {
  pointsChanged(after: $after) {
    points { available held pending } entry { number amount kind } cursor
  }
}"""
INBOX_ADDED = """subscription ($after: Cursor) {
  inboxItemAdded(after: $after) { item { number title } unread cursor }
}"""
PROGRESS = """subscription ($after: Cursor) {
  challengeProgressed(after: $after) {
    challenge { id name } participation { state percent round progress { reached } } cursor
  }
}"""
BOARD_MOVED = """subscription ($board: ID!, $after: Cursor) {
  boardMoved(boardId: $board, after: $after) {
    place score everybody ready lines { place score name own member { handle } } cursor
  }
}"""
