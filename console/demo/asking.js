// Every request the demonstration makes of the public API, word for word.

const WHY = "... on UserError { code message }";

export const WHO = `{ viewer { id name zone points { available held pending }
  friends(first: 50) { nodes { id member { name } } } } }`;

export const POINTS = `subscription ($after: Cursor) { pointsChanged(after: $after) {
  cursor points { available held pending } entry { text } } }`;

const ITEM = "id number message key topic title body at readAt";
export const INBOX = `query ($first: Int!) { viewer { inbox(first: $first) { unreadCount nodes { ${ITEM} } } } }`;
export const INBOX_ADDED = `subscription ($after: Cursor) { inboxItemAdded(after: $after) { cursor unread item { ${ITEM} } } }`;
export const READ_ALL = `mutation ($upTo: Int!) { markAllRead(input: { upTo: $upTo }) { __typename ${WHY} } }`;
export const REPORT = `mutation ($receipts: [MessageReceiptInput!]!) {
  reportMessages(input: { receipts: $receipts }) { __typename ${WHY} } }`;

export const REGISTER = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) {
  ... on RegisterDeviceSuccess { device { id } } ${WHY} } }`;
export const APPROVE = `mutation ($code: String!) { approveWatch(input: { userCode: $code }) { __typename ${WHY} } }`;

export const WAITING = `{ viewer { transfers(first: 5, direction: RECEIVED, states: [PENDING]) {
  nodes { id points memo member { name } } } } }`;
const BY_KEY = "@idempotent(key: $key)";
export const ACCEPT = `mutation ($input: AcceptTransferInput!, $key: ID!) {
  acceptTransfer(input: $input) ${BY_KEY} { __typename ${WHY} } }`;
export const DECLINE = `mutation ($input: DeclineTransferInput!, $key: ID!) {
  declineTransfer(input: $input) ${BY_KEY} { __typename ${WHY} } }`;
export const SEND = `mutation ($input: SendPointsInput!, $key: ID!) {
  sendPoints(input: $input) ${BY_KEY} { __typename ${WHY} } }`;

export const UPLOAD = `mutation ($file: Upload!) { uploadActivity(input: { file: $file }) {
  ... on UploadActivitySuccess { activity { id } } ${WHY} } }`;
export const ACTIVITY = "query ($id: ID!) { node(id: $id) { ... on Activity { state reasons } } }";

const PARTICIPATION = "state percent progress { text }";
export const CHALLENGES = `{ challenges(first: 50) { nodes { id name participation { ${PARTICIPATION} } } } }`;
export const JOIN = `mutation ($id: ID!, $key: ID!) { joinChallenge(input: { challengeId: $id }) ${BY_KEY} {
  ... on JoinChallengeSuccess { participation { ${PARTICIPATION} } } ${WHY} } }`;
export const PROGRESSED = `subscription ($after: Cursor) { challengeProgressed(after: $after) {
  cursor challenge { id name } participation { ${PARTICIPATION} } } }`;

export const CONSENT = `mutation { setConsent(input: { purpose: "place", version: "1", given: true }) {
  __typename ${WHY} } }`;
const SESSION = "session { id type startedAt } ";
export const START = `mutation ($input: StartActivityInput!, $key: ID!) { startActivity(input: $input) ${BY_KEY} {
  ... on StartActivitySuccess { ${SESSION} bonus { percent most } } ${WHY} } }`;
const OFFER = "id title body outletName expiresAt";
export const END = `mutation ($input: EndActivityInput!, $key: ID!) { endActivity(input: $input) ${BY_KEY} {
  ... on EndActivitySuccess { ${SESSION} moment { ${OFFER} } } ${WHY} } }`;
export const UNDER_WAY = `{ viewer { activityUnderWay { id type } moment { ${OFFER} } } }`;
export const CODE = `mutation ($input: RedemptionCodeInput!) { redemptionCode(input: $input) {
  ... on RedemptionCodeSuccess { number svg expiresAt } ${WHY} } }`;
