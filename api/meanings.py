"""Meanings: what each code of a refusal tells an app developer, as the schema describes it.

One line a code, in the blocks of codes.py; a line that begins with blanks goes on with the one
before.
"""

from collections.abc import Mapping

_TEXT = """
NOT_A_MEMBER: You have not joined the programme: use joinProgramme.
IDEMPOTENCY_KEY_REQUIRED: This mutation moves points: add `@idempotent(key: ...)` to it.
IDEMPOTENCY_KEY_INVALID: The key is not a UUIDv7, or is made by a clock more than two days ahead.
IDEMPOTENCY_KEY_EXPIRED: The key is older than 30 days; make a new one.
IDEMPOTENCY_KEY_REUSED: The key was used for a different request.
INSUFFICIENT_POINTS: There are not enough points.
EXPIRY_BEHIND: Last month is still being closed; try again soon.
BAD_POINTS: Points must be 1 or more, and at most 2^53.
BAD_MEMO: A memo is plain text of 140 characters at most.
SELF_TRANSFER: Nobody sends points to themselves.
NOT_FRIENDS: Points are sent to friends only.
OVER_TRANSFER_LIMIT: More points than one transfer may carry.
OVER_DAY_LIMIT: More points than may still be sent today.
NO_SUCH_TRANSFER: You have no such transfer.
TRANSFER_NOT_YOURS: The receiver accepts and declines; the sender cancels.
TRANSFER_CLOSED: The transfer has its final answer.
EMPTY_FILE: The file has no bytes.
FILE_TOO_LARGE: The file is larger than an activity is.
UNSUPPORTED_FORMAT: Send FIT, GPX or TCX, and not packed into an archive.
BAD_ACTIVITY_NAME: A file name is plain text of 120 characters at most.
DUPLICATE_FILE: You have sent this very file before.
TOO_MANY_WAITING: Many of your files wait to be read; try again soon.
SELF_FRIEND: Nobody befriends or blocks themselves.
NO_SUCH_FRIEND: You have no such friend.
NO_SUCH_REQUEST: There is no such open request.
MEMBER_BLOCKED: You have blocked this member.
ALREADY_FRIENDS: You are friends already.
TOO_MANY_FRIENDS: One of you has as many friends as one may have.
TOO_MANY_REQUESTS: You have as many open requests as one may have.
NO_SUCH_MEMBER: Nobody in your programme has that handle.
NO_SUCH_PROGRAMME: The token's programme is not here.
ALREADY_MEMBER: You have joined the programme before.
HANDLE_TAKEN: Another member has that handle.
BAD_HANDLE: A handle is 3 to 30 of a-z, 0-9, dot, underscore, hyphen.
BAD_NAME: A name is plain text of 1 to 80 characters.
BAD_LOCALE: A locale is a BCP 47 tag, such as de-AT.
BAD_ZONE: A zone is an IANA name, such as Europe/Vienna.
BAD_IDENTITY: The token's issuer or subject is not printable text.
ACTIVITY_WITHDRAWN: The activity was deleted at its source, or refunded.
BAD_CODE: A code of Strava is 1 to 255 printable characters.
BAD_ACTIVITY_POLICY: Name each recorder once.
NOT_A_SPORT: What a file holds is one of the sports.
NO_SUCH_ACTIVITY: There is no such activity.
REVIEW_CLOSED: The activity waits for no decision, or no longer.
TOO_MANY_ITEMS: More items than one mutation takes.

ALREADY_OPERATOR: The programme has an operator with that address.
BAD_EMAIL: An e-mail address has a name, an @ and a domain.
BAD_EXPIRY: A key ends within two years; a rotated one within 90 days.
BAD_REASON: A reason is plain text of 1 to 300 characters without e-mail addresses.
BAD_ROLES: An operator has one role or more, each once.
BAD_SCOPES: A key has one scope or more, each once.
BAD_SLUG: A slug is 2 to 40 of a-z, 0-9 and hyphen, a letter first.
KEY_CLOSED: The partner's key is revoked or has expired.
KEY_REPLACED: The key has been rotated before.
LAST_ADMIN: A programme keeps one active administrator.
NOT_AN_OPERATOR: You are no operator of the token's programme.
NOT_PERMITTED: None of your roles may do this.
NO_SUCH_KEY: There is no such key.
NO_SUCH_OPERATOR: There is no such operator.
NO_SUCH_PARTNER: There is no such partner.
PARTNER_SUSPENDED: The partner is suspended.
SCOPE_MISSING: The key may not be used for this.
SLUG_TAKEN: Another partner has that slug.
TOO_MANY_KEYS: A partner has at most 20 open keys.
BAD_CURRENCY: A currency is three capital letters of ISO 4217.
BAD_ORDER: The order is not what its format demands; the path says where.
BAD_SHOP: A shop has a slug and the host name of its webhooks.
BAD_SHOP_SECRET: A secret is 8 to 200 characters; five are valid at most.
BAD_SIGNATURE: The signature is not by any key that is valid now.
BAD_TOPIC: The webhook is about neither orders nor refunds.
NO_PURCHASE_POLICY: The programme has not said yet what of a purchase counts.
NO_SUCH_SHOP: There is no such shop.
BAD_METER: A meter's name is 1 to 40 characters of plain text.
BAD_PLACE: A place has a name, a position, a radius and an interval.
BAD_READINGS: The readings cannot be used; the message says why.
BAD_RETURN_TOKEN: This is not the token that the survey gives you.
BAD_SURVEY: A survey has a title, an https address and an end.
BAD_VISIT_CODE: The code is not what the place shows now.
METER_TAKEN: The meter is another member's.
NO_SUCH_ANSWER: Nobody has started the survey under that ref.
NO_SUCH_PLACE: There is no such place, or it is closed.
NO_SUCH_SURVEY: There is no such survey.
SAME_FILE: This very file of readings was sent before.
SURVEY_CLOSED: The survey takes no more answers.
TOO_FAR_AWAY: You are not there, or your position is not known well enough.
VISITED_ALREADY: Your last visit there is too short a time ago.
SHOP_TAKEN: The programme has a shop with that slug or domain.
WRONG_SHOP: The webhook says that it comes from another shop.
BAD_MINUTES: Minutes are 1 or more, within the shift.
BAD_OPPORTUNITY: A title is 1 to 120 characters, a text 2,000 at most.
BAD_SHIFT: A shift lasts a minute to 24 hours, within a year of now.
BAD_SIGNING_KEY: An Ed25519 key has 32 bytes, an HMAC secret 24 to 64.
BAD_STATEMENT: The statement cannot be read, or is too old.
CLAIM_TOO_LATE: Hours are claimed and confirmed within 60 days.
HOURS_CLOSED: The hours have another answer already.
HOURS_OVERLAP: There are confirmed hours at that time already.
NO_SUCH_HOURS: There is no such claim of hours.
NO_SUCH_OPPORTUNITY: There is no such opportunity, or it is closed.
NO_SUCH_SHIFT: There is no such shift.
SHIFT_FULL: As many members as there are places have claimed the shift.
SHIFT_NOT_OVER: Hours are claimed and confirmed when they are over.
STATEMENT_NOT_YOURS: The statement is about another member.
STATEMENT_USED: The statement has been redeemed.

ALREADY_ASKED: You have an open request to this friend.
BAD_CAUSE: A field of the cause is out of bounds.
BAD_REFERENCE: A reference is 1 to 140 plain characters.
CAUSE_NOT_ACTIVE: The cause takes no donations now.
CAUSE_PAID_OUT: The cause's points have been paid out.
CAUSE_STILL_OPEN: Close the cause before paying it out.
FRIEND_TOO_NEW: You have not been friends for long enough.
NOTHING_TO_PAY_OUT: The cause has no points.
NO_SUCH_CAUSE: There is no such cause.
NO_SUCH_DONATION: There is no such donation.
NO_SUCH_POINT_REQUEST: There is no such request.
OVER_DONATION_LIMIT: More points than may still be given this month.
OVER_PAIR_DAY_LIMIT: More points than may go to this friend today.
OVER_PAIR_MONTH_LIMIT: More points than may go to this friend this month.
POINT_REQUEST_CLOSED: The request has its answer.
POINT_REQUEST_NOT_YOURS: The one who was asked pays and declines; the one who asked cancels.
SENDER_TOO_NEW: You have not been a member for long enough.
STEP_UP_REQUIRED: Sign in again, then ask again.
TOO_MANY_OFFERS: Many of your transfers wait already.
TOO_MANY_POINT_REQUESTS: You have as many open requests as one may have.
TRANSFER_NOT_IN_REVIEW: The transfer waits for no operator.
TRANSFER_ON_HOLD: The transfer cannot be answered yet.
BAD_POLICY: A number of the policy is out of bounds.
BAD_SESSION: The issuer of the token names no sessions, or none is called so.
BAD_SHARE_TARGET: A target has a title, and an address that is https.
NO_SUCH_SHARE_LINK: There is no such link.
NO_SUCH_SHARE_TARGET: There is nothing of that id to share.
TOO_MANY_SHARE_LINKS: You have as many links as one may have.

ALREADY_IN_CLUB: The member is in the club already.
BAD_CLUB_NAME: A club's name is plain text of 1 to 80 characters.
BAD_CLUB_POLICY: A limit for clubs is out of bounds.
BAD_CONTACT_HASH: Send 1 to 500 hashes, each of 64 hexadecimal digits.
BAD_DEVICE: A device is 1 to 200 printable characters.
BAD_KEEP_MONTHS: A club keeps gifts for 1 month up to what is allowed.
BAD_LINK: The link's note, uses or days are out of bounds.
BAD_REFERRAL_POLICY: An amount or a guard of referrals is out of bounds.
CLUB_FULL: The club has as many members as it may have.
CLUB_OWNER_STAYS: Hand the club over before you leave, or close it.
CLUB_ROLE_NEEDED: Your role in the club is not enough.
NOT_IN_CLUB: The member is not in the club.
NO_SUCH_ACROSS_FRIEND: You have no such friend in another programme.
NO_SUCH_CLUB: You are in no such club.
NO_SUCH_INVITATION: There is no such invitation.
NO_SUCH_LINK: There is no such link, or it can no longer be used.
NO_SUCH_REFERRAL: There is no such referral.
NO_SUCH_REFERRAL_CODE: Nobody has that code.
OVER_LOOKUP_LIMIT: You have looked around enough for today.
OVER_PAYOUT_LIMIT: More points than your role may still pay out.
OWN_PAYOUT: Nobody pays themselves: another officer does.
REFERRAL_NOT_HELD: The referral waits for no decision.
TOO_MANY_CLUBS: You are in as many clubs as one may be.
TOO_MANY_LINKS: You have as many open links as one may have.

ALREADY_HOUSED: You are in another household; leave that one first.
ALREADY_MERGED: One of the two is part of another member already.
BAD_BRANDING: A colour is #RRGGBB, a URL https; the path says which part is wrong.
BAD_CONSENT: A part of what is agreed to cannot be kept; the path says which.
BAD_CONTACT: Not an e-mail address or an international telephone number.
BAD_FIELD: The field cannot be defined so; the path says what is wrong.
BAD_HOUSEHOLD_ROLE: Invite as ADULT or CHILD; there is one HEAD.
BAD_LABEL: A label is plain text of 1 to 80 characters.
BAD_REF: A loyalty number is 1 to 64 letters, digits and . _ / : -.
BAD_UNIT: A unit is 1 to 30 characters of plain text.
BAD_VALUE: The answer does not fit the field.
EXPORT_TOO_LARGE: There is more than one answer can hold; ask the programme for it.
IN_DEBT: The member owes points, which cannot be moved.
LINK_TAKEN: Another member is called so there.
MERGED_AWAY: The member is part of another one: ask for that one.
MERGED_FURTHER: The survivor was merged itself; undo that first.
NOT_CONFIRMED: Say your own handle, if you mean it.
NOT_IN_HOUSEHOLD: You are in no household.
NOT_MERGEABLE: The state of one of the two does not allow it.
NOT_THE_HEAD: Only the head of a household invites to it.
NO_SUCH_FIELD: The programme does not ask for that.
NO_SUCH_MERGE: There is no such merge.
NO_SUCH_SUGGESTION: Nobody has suggested these two.
OPEN_HOLDS: Points are set aside for something that is not finished.
OPEN_TRANSFERS: A transfer of the duplicate waits for an answer.
POINTS_SPENT: Points that would have to go back are spent or set aside.
REF_TAKEN: Another member has that loyalty number.
SELF_MERGE: Nobody is their own duplicate.
TOO_MANY: There are as many of them as there may be.
VALUE_REQUIRED: The programme needs an answer to that field.

BAD_ADJUSTMENT: An adjustment is 1 to 100,000 points, more or less.
BAD_MATURITY: Points wait for 0 to 2,160 hours.
BAD_MULTIPLIER: A field of the multiplier is out of bounds; see the path.
BAD_RULE: A field of the rule is out of bounds; see the path.
CLAIM_CLOSED: The claim was settled or written off before.
MULTIPLIER_ENDED: The multiplier has ended already; set another.
MULTIPLIER_IN_PAST: A multiplier begins and ends now or later.
NO_SUCH_CLAIM: There is no such claim.
NO_SUCH_MULTIPLIER: There is no such multiplier.
RULE_IN_PAST: A new version holds from now on, and not before an earlier one does.
TOO_MANY_MULTIPLIERS: A hundred multipliers may be open at once.

BAD_FILTER: A word of the filter is out of bounds, or nothing can fit it; see the path.

BAD_STREAK: A word of the streak is out of bounds; see the path.
CHANGE_TOO_EARLY: New terms hold for periods that have begun nowhere.
FREEZES_FULL: You have as many freezes as one may have.
FREEZES_NOT_SOLD: This streak has no freezes for points.
NOTHING_TO_REPAIR: Nothing was missed that could still be made good.
NO_SUCH_STREAK: There is no such streak.
OFFER_CHANGED: It costs another number of points now; look again.
STREAK_RETIRED: The programme has ended the streak.
TOO_MANY_STREAKS: At most 50 streaks of a programme are not retired.

BAD_CREDIT: A credit is 1 to 2^40 points, with a reason of 1 to 140 characters.
BAD_LADDER: A field of the ladder is out of bounds; see the path.
CREDIT_ID_REUSED: That id was used for another credit.
NO_SUCH_LADDER: The programme has no tiers.

BAD_AUDIENCE: A label is 1 to 80 characters; the challenges and badges must be there.
BAD_BUDGET: A budget pays one completion with its milestones, and what is funded, at least.
BAD_CHALLENGE: A name is 1 to 80 characters, a description 2,000; disclosed before it is over.
BAD_CRITERIA: A challenge asks one to five things.
BAD_MILESTONES: Milestones lie at ten different percents from 1 to 99 at most.
BAD_MODE: These groups, winners, teams and rounds do not go together; see the path.
BAD_PERIOD: A challenge ends after it begins, not in the past, and within two years.
BAD_REWARD: A reward gives something, at most a million points, of what the programme has.
BAD_TARGET: A target is 1 or more, and no more than anybody could reach.
CHALLENGE_HALTED: An operator has paused the challenge; only an operator goes on with it.
CHALLENGE_IS_PARTNERS: Only the partner itself edits, funds and submits its challenge.
CHALLENGE_NOT_FUNDED: The whole budget must lie in the escrow first.
CHALLENGE_NOT_IN_STATE: That is not done with a challenge that is where this one is.
NO_SUCH_CHALLENGE: There is no such challenge.
OVER_BUDGET: The budget needs fewer points.
REFERENCE_USED: A payment with that reference has been booked.
TOO_MANY_CHALLENGES: At most 500 challenges of a partner are not over.

ALREADY_JOINED: You take part in the challenge already.
BAD_TEAM: A team's name is 1 to 40 characters of plain text.
BUDGET_EXHAUSTED: The challenge has no points left for another completion.
CHALLENGE_CLOSED: The challenge pauses or is over.
NOT_ELIGIBLE: The challenge is not for you; `lacking` says what you lack.
NOT_JOINED: You neither take part in the challenge nor were asked to.
TEAM_FULL: The team has as many members as it may have.
TEAM_NEEDED: A challenge between teams needs a team's name, and no other takes one.
BAD_CONTEST_DAYS: A contest begins tomorrow or later, and is over within 28 days.
BAD_CONTEST_PAYOUT: Those who completed share only where there is a target.
BAD_CONTEST_PEOPLE: Different friends are invited, as many as the programme allows.
BAD_CONTEST_POLICY: A limit for contests is out of bounds.
BAD_CONTEST_TARGET: The target is out of the template's bounds.
BAD_STAKE: A stake is a whole number of points, 0 for none.
CONTEST_CLOSED: The contest has begun, is over, or was called off.
NOT_THE_CREATOR: Only the one who created a contest calls it off.
NO_SUCH_CONTEST: You have no such contest.
OVER_STAKE_DAY_LIMIT: More points than you may still stake today.
OVER_STAKE_LIMIT: More points than the programme lets each stake.
TOO_MANY_CONTESTS: You are in as many contests as one may be.
BADGE_ALREADY_HELD: The member has that level of the badge, or a higher one.
BADGE_KEY_TAKEN: Another badge has that key; retired ones keep theirs.
BADGE_NOT_HELD: You do not have the badge, so there is nothing to share.
BADGE_RETIRED: The badge is retired: nobody gets it by hand any more.
BAD_BADGE: A word of the badge is not sound; `path` names it.
BAD_BADGE_LEVEL: The badge has no level of that number, or you do not have it.
BAD_BADGE_REASON: A reason is plain text of 1 to 500 characters.
NO_SUCH_BADGE: There is no such badge that you may know of.
NO_SUCH_BADGE_GRANT: Nobody was given a badge by that id.
TOO_MANY_BADGES: The programme has as many badges as one may have.
TOO_MANY_BADGE_SHARES: You have shared badges as often as one may.
BAD_BOARD: A field of a board is out of bounds; `path` names it.
BAD_PSEUDONYM: A pseudonym is plain text of 2 to 30 characters.
NO_SUCH_BOARD: Your programme has no such board.
PSEUDONYM_TAKEN: Somebody else is called so.
TOO_MANY_BOARDS: The programme has as many boards as one may have.
"""


def _read(text: str) -> Mapping[str, str]:
    lines = (line for line in text.replace("\n  ", " ").splitlines() if line)
    return {code: told for code, _, told in (line.partition(": ") for line in lines)}


MEANINGS = _read(_TEXT)
