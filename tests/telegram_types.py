"""The part of Telegram's Bot API 10.1 that Suar meets: methods, types, and a check of values against them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# A field that ends in "!" must be there. Types are named as the documentation names them.
Fields = Mapping[str, str]

USER: Fields = {
    "id!": "Integer",
    "is_bot!": "Boolean",
    "first_name!": "String",
    "last_name": "String",
    "username": "String",
    "language_code": "String",
}
CHAT: Fields = {
    "id!": "Integer",
    "type!": "String",
    "title": "String",
    "username": "String",
    "first_name": "String",
    "last_name": "String",
}
MESSAGE: Fields = {
    "message_id!": "Integer",
    "from": "User",
    "date!": "Integer",
    "chat!": "Chat",
    "edit_date": "Integer",
    "media_group_id": "String",
    "text": "String",
    "entities": "Array of MessageEntity",
    "link_preview_options": "LinkPreviewOptions",
    "caption": "String",
    "photo": "Array of PhotoSize",
    "voice": "Voice",
    "document": "Document",
    "sticker": "Sticker",
    "contact": "Contact",
    "location": "Location",
    "venue": "Venue",
    "group_chat_created": "Boolean",
    "reply_markup": "InlineKeyboardMarkup",
}
# What an administrator may do; the real one sends all of these.
RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
MEMBER: Fields = {
    "status!": "String",
    "user!": "User",
    "until_date": "Integer",
    **dict.fromkeys(RIGHTS, "Boolean"),
}
TYPES: Mapping[str, Fields] = {
    "Update": {
        "update_id!": "Integer",
        "message": "Message",
        "edited_message": "Message",
        "callback_query": "CallbackQuery",
        "my_chat_member": "ChatMemberUpdated",
    },
    "User": USER,
    "Chat": CHAT,
    "Message": MESSAGE,
    "InaccessibleMessage": {"chat!": "Chat", "message_id!": "Integer", "date!": "Integer"},
    "CallbackQuery": {
        "id!": "String",
        "from!": "User",
        "message": "Message | InaccessibleMessage",
        "chat_instance!": "String",
        "data": "String",
    },
    "ChatMemberUpdated": {
        "chat!": "Chat",
        "from!": "User",
        "date!": "Integer",
        "old_chat_member!": "ChatMember",
        "new_chat_member!": "ChatMember",
    },
    "ChatMember": MEMBER,
    "MessageEntity": {"type!": "String", "offset!": "Integer", "length!": "Integer"},
    "LinkPreviewOptions": {"is_disabled": "Boolean", "url": "String"},
    "InlineKeyboardMarkup": {"inline_keyboard!": "Array of Array of InlineKeyboardButton"},
    "InlineKeyboardButton": {
        "text!": "String",
        "url": "String",
        "callback_data": "String",
        "copy_text": "CopyTextButton",
    },
    "CopyTextButton": {"text!": "String"},
    "PhotoSize": {
        "file_id!": "String",
        "file_unique_id!": "String",
        "width!": "Integer",
        "height!": "Integer",
        "file_size": "Integer",
    },
    "Voice": {
        "file_id!": "String",
        "file_unique_id!": "String",
        "duration!": "Integer",
        "mime_type": "String",
        "file_size": "Integer",
    },
    "Document": {
        "file_id!": "String",
        "file_unique_id!": "String",
        "thumbnail": "PhotoSize",
        "file_name": "String",
        "mime_type": "String",
        "file_size": "Integer",
    },
    "Sticker": {
        "file_id!": "String",
        "file_unique_id!": "String",
        "type!": "String",
        "width!": "Integer",
        "height!": "Integer",
        "is_animated!": "Boolean",
        "is_video!": "Boolean",
        "emoji": "String",
    },
    "Contact": {"phone_number!": "String", "first_name!": "String", "user_id": "Integer"},
    "Location": {"latitude!": "Float", "longitude!": "Float", "live_period": "Integer"},
    "Venue": {"location!": "Location", "title!": "String", "address!": "String"},
    "BotCommand": {"command!": "String", "description!": "String"},
}

METHODS: Mapping[str, Fields] = {
    "getMe": {},
    "getUpdates": {
        "offset": "Integer",
        "limit": "Integer",
        "timeout": "Integer",
        "allowed_updates": "Array of String",
    },
    "setWebhook": {
        "url!": "String",
        "ip_address": "String",
        "max_connections": "Integer",
        "allowed_updates": "Array of String",
        "drop_pending_updates": "Boolean",
        "secret_token": "String",
    },
    "deleteWebhook": {"drop_pending_updates": "Boolean"},
    "sendMessage": {
        "chat_id!": "Integer",
        "text!": "String",
        "parse_mode": "String",
        "entities": "Array of MessageEntity",
        "link_preview_options": "LinkPreviewOptions",
        "disable_notification": "Boolean",
        "protect_content": "Boolean",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "sendVoice": {"chat_id!": "Integer", "voice!": "String", "reply_markup": "InlineKeyboardMarkup"},
    "sendPhoto": {
        "chat_id!": "Integer",
        "photo!": "String",
        "caption": "String",
        "caption_entities": "Array of MessageEntity",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "sendDocument": {
        "chat_id!": "Integer",
        "document!": "String",
        "caption": "String",
        "caption_entities": "Array of MessageEntity",
        "disable_content_type_detection": "Boolean",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "deleteMessage": {"chat_id!": "Integer", "message_id!": "Integer"},
    "editMessageCaption": {
        "chat_id!": "Integer",
        "message_id!": "Integer",
        "caption": "String",
        "caption_entities": "Array of MessageEntity",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "editMessageReplyMarkup": {
        "chat_id!": "Integer",
        "message_id!": "Integer",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "editMessageText": {
        "chat_id!": "Integer",
        "message_id!": "Integer",
        "text!": "String",
        "entities": "Array of MessageEntity",
        "reply_markup": "InlineKeyboardMarkup",
    },
    "answerCallbackQuery": {"callback_query_id!": "String", "text": "String", "show_alert": "Boolean"},
    "deleteMessages": {"chat_id!": "Integer", "message_ids!": "Array of Integer"},
    "leaveChat": {"chat_id!": "Integer"},
    "getFile": {"file_id!": "String"},
    "setMyCommands": {"commands!": "Array of BotCommand", "language_code": "String"},
    "getMyCommands": {"language_code": "String"},
    "setMyName": {"name": "String", "language_code": "String"},
    "getMyName": {"language_code": "String"},
    "setMyDescription": {"description": "String", "language_code": "String"},
    "getMyDescription": {"language_code": "String"},
    "setMyShortDescription": {"short_description": "String", "language_code": "String"},
    "getMyShortDescription": {"language_code": "String"},
}
PLAIN: Mapping[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}


def faults(value: Any, kind: str, where: str = "") -> Iterator[str]:
    """What is wrong with a value of a type, each with the path to it; nothing where all is right."""
    if " | " in kind:
        tried = [list(faults(value, one, where)) for one in kind.split(" | ")]
        yield from min(tried, key=len)
    elif kind.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{where} is no array"
            return
        for number, one in enumerate(value):
            yield from faults(one, kind.removeprefix("Array of "), f"{where}[{number}]")
    elif kind in PLAIN:
        if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != "Boolean"):
            yield f"{where} is no {kind}"
    else:
        yield from field_faults(value, TYPES[kind], where or kind)


def field_faults(value: Any, fields: Fields, where: str) -> Iterator[str]:
    """What is missing, unknown or of the wrong type in an object."""
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    kinds = {name.rstrip("!"): kind for name, kind in fields.items()}
    for name in fields:
        if name.endswith("!") and name[:-1] not in value:
            yield f"{where}.{name[:-1]} is missing"
    for name, one in value.items():
        if name not in kinds:
            yield f"{where}.{name} is unknown"
        else:
            yield from faults(one, kinds[name], f"{where}.{name}")
