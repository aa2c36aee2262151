"""What members want to be told of, and in which words programmes tell it."""

from domain.operators import Permission
from tests.api.authorisation.who import MEMBERS, SELF, WITH_PARENT, each

MEMBER = {
    "Member.messagePreferences": SELF,
    **each(
        "MessagePreferences",
        "topics quietHours phoneCap watchCap digestHour urgentInQuietHours",
        WITH_PARENT,
    ),
    **each("TopicPreference", "topic inbox phone watch", WITH_PARENT),
    **each("QuietHours", "start end", WITH_PARENT),
    "Mutation.updateMessagePreferences": MEMBERS,
}
OPS = {
    "Query.messagePolicy": Permission.PROGRAMME_READ,
    **each(
        "MessagePolicy",
        "topics quietHours phoneCap watchCap phoneCapMax watchCapMax digestHour urgentInQuietHours",
        WITH_PARENT,
    ),
    **each("TopicPreference", "topic inbox phone watch", WITH_PARENT),
    **each("QuietHours", "start end", WITH_PARENT),
    "Mutation.setMessagePolicy": Permission.PROGRAMME_WRITE,
    **each(
        "Query",
        "messageTemplates messageTemplateHistory previewMessageTemplate",
        Permission.WORDING_READ,
    ),
    **each("MessageTemplate", "key locale arguments own usual", WITH_PARENT),
    **each("MessageArgument", "name kind", WITH_PARENT),
    **each("MessageWords", "title body", WITH_PARENT),
    **each("MessageTemplateEdition", "id number words savedBy savedAt", WITH_PARENT),
    **each("MessageTemplatePreview", "messages refused", WITH_PARENT),
    "Mutation.saveMessageTemplate": Permission.WORDING_WRITE,
}
