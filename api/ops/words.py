"""Words: the closed lists of words that only operators and partners meet, as enums.

Each name here is a name in the domain; a test compares them.
"""

from enum import Enum

import strawberry

V = strawberry.enum_value


@strawberry.enum(description="What an operator is for a programme; one may be several things.")
class Role(Enum):
    """What an operator is for a programme."""

    ADMIN = V("ADMIN", description="May see and do everything, and lets others in.")
    ANALYST = V("ANALYST", description="Looks at figures, changes nothing.")
    FINANCE = V(
        "FINANCE", description="Watches points and transfers, pays causes, reads the audit log."
    )
    MARKETING = V("MARKETING", description="Decides what earns points and which causes there are.")
    REP = V("REP", description="Looks after partners and their keys.")
    SUPPORT = V("SUPPORT", description="Helps members and decides what waits for a review.")


@strawberry.enum(description="One thing an operator may be allowed to see or do.")
class Permission(Enum):
    """One thing an operator may be allowed to see or do."""

    ACTIVITIES_READ = V("ACTIVITIES_READ", description="See members' activities.")
    ACTIVITIES_REVIEW = V("ACTIVITIES_REVIEW", description="Decide activities under review.")
    AUDIT_READ = V("AUDIT_READ", description="Read the audit log.")
    BADGES_GRANT = V("BADGES_GRANT", description="Give badges by hand, and take them away.")
    BADGES_READ = V("BADGES_READ", description="See badges, secret ones too, and who has them.")
    BADGES_WRITE = V("BADGES_WRITE", description="Make badges, reword and retire them.")
    BOARDS_READ = V("BOARDS_READ", description="See boards and what they came to.")
    BOARDS_WRITE = V("BOARDS_WRITE", description="Open boards and leagues, and retire them.")
    BROADCASTS_READ = V("BROADCASTS_READ", description="See broadcasts and what came of them.")
    BROADCASTS_WRITE = V("BROADCASTS_WRITE", description="Send news to many members.")
    CAUSES_PAY = V("CAUSES_PAY", description="Pay out what closed causes were given.")
    CAUSES_READ = V("CAUSES_READ", description="See causes, what they have and their payouts.")
    CAUSES_WRITE = V("CAUSES_WRITE", description="Change the causes members give to.")
    CHALLENGES_APPROVE = V(
        "CHALLENGES_APPROVE", description="Approve and reject submitted challenges."
    )
    CHALLENGES_READ = V("CHALLENGES_READ", description="See challenges and what they paid.")
    CHALLENGES_WRITE = V("CHALLENGES_WRITE", description="Make and run challenges.")
    IMPORTS_RUN = V("IMPORTS_RUN", description="Import and export in bulk.")
    DECISIONS_READ = V("DECISIONS_READ", description="See what members were shown, and why.")
    DECISIONS_WRITE = V(
        "DECISIONS_WRITE", description="Say how many are held out, and what comes first."
    )
    DEVICES_WRITE = V("DEVICES_WRITE", description="Remove a device of a member.")
    MEMBERS_ERASE = V("MEMBERS_ERASE", description="Erase a member's personal data.")
    MEMBERS_EXPORT = V("MEMBERS_EXPORT", description="Export all that is kept of a member.")
    MEMBERS_MERGE = V("MEMBERS_MERGE", description="Merge duplicates, and undo it.")
    MEMBERS_READ = V("MEMBERS_READ", description="See members and their profiles.")
    MEMBERS_WRITE = V("MEMBERS_WRITE", description="Change members and their profiles.")
    OPERATORS_READ = V("OPERATORS_READ", description="See the programme's operators.")
    OPERATORS_WRITE = V("OPERATORS_WRITE", description="Let operators in and change them.")
    PARTNERS_PAY = V("PARTNERS_PAY", description="Book what partners pay in advance.")
    PARTNERS_READ = V("PARTNERS_READ", description="See partners and their keys.")
    PARTNERS_WRITE = V("PARTNERS_WRITE", description="Change partners and their keys.")
    POINTS_ADJUST = V("POINTS_ADJUST", description="Give points, or take them back.")
    POINTS_READ = V("POINTS_READ", description="See what members have and why.")
    PROGRAMME_READ = V("PROGRAMME_READ", description="See the programme's settings.")
    PROGRAMME_WRITE = V("PROGRAMME_WRITE", description="Change the programme's settings.")
    PUSH_READ = V("PUSH_READ", description="See what waits to be pushed, and what was stopped.")
    PUSH_WRITE = V("PUSH_WRITE", description="Let stopped pushes go on.")
    RULES_READ = V("RULES_READ", description="See what earns points.")
    RULES_WRITE = V("RULES_WRITE", description="Change what earns points.")
    STREAKS_READ = V("STREAKS_READ", description="See the streaks that there are.")
    STREAKS_WRITE = V("STREAKS_WRITE", description="Define streaks, change and retire them.")
    TIERS_READ = V("TIERS_READ", description="See the ladder of tiers, and where members are.")
    TIERS_WRITE = V("TIERS_WRITE", description="Set the ladder of tiers, and give credit.")
    TRANSFERS_READ = V("TRANSFERS_READ", description="See transfers between members.")
    TRANSFERS_REVIEW = V("TRANSFERS_REVIEW", description="Decide transfers that are held.")
    REDEMPTIONS_READ = V("REDEMPTIONS_READ", description="See what members have redeemed.")
    REDEMPTIONS_WRITE = V(
        "REDEMPTIONS_WRITE", description="Cancel, hand over and refund what members redeemed."
    )
    OFFERS_APPROVE = V("OFFERS_APPROVE", description="Let members see offers, or send them back.")
    OFFERS_READ = V("OFFERS_READ", description="See offers, and what became of them.")
    OFFERS_WRITE = V("OFFERS_WRITE", description="Make, fund and run offers.")
    REWARDS_READ = V("REWARDS_READ", description="See rewards, their codes left, and raffles.")
    REWARDS_WRITE = V("REWARDS_WRITE", description="Run rewards, pools of codes, and raffles.")
    TREATS_READ = V("TREATS_READ", description="See outlets, treats, bonuses, and reports of them.")
    TREATS_WRITE = V("TREATS_WRITE", description="Run outlets, treats and bonuses.")
    WORDING_READ = V("WORDING_READ", description="See what members are told, and in which words.")
    WORDING_WRITE = V("WORDING_WRITE", description="Say it in the programme's own words.")


@strawberry.enum(description="Whether an operator may act.")
class OperatorState(Enum):
    """Whether an operator may act."""

    INVITED = V("INVITED", description="Has not signed in yet.")
    ACTIVE = V("ACTIVE", description="May do what the roles allow.")
    SUSPENDED = V("SUSPENDED", description="May do nothing until reinstated.")
