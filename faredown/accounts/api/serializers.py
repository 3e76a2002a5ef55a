from typing import Any

from rest_framework import serializers

from faredown.accounts.models import User
from faredown.lib.inputs import Input


class RegisterInput(Input):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    first_name = serializers.CharField(max_length=80, required=False, default="")
    last_name = serializers.CharField(max_length=80, required=False, default="")
    language = serializers.CharField(max_length=12, required=False, default="")
    currency = serializers.CharField(max_length=3, required=False, default="")


class NoticeOutput(serializers.Serializer[Any]):
    detail = serializers.CharField()


class TokenInput(Input):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class RefreshInput(Input):
    refresh = serializers.CharField(max_length=2000)


class TokenOutput(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    token_type = serializers.CharField(help_text="Always `Bearer`.")
    expires_in = serializers.IntegerField(help_text="Seconds the access token lives.")


class EmailInput(Input):
    email = serializers.EmailField(max_length=254)


class MailedTokenInput(Input):
    token = serializers.CharField(max_length=500)


class NewPasswordInput(MailedTokenInput):
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class UserOutput(serializers.ModelSerializer[User]):
    id = serializers.CharField(source="public_id", read_only=True)
    email_confirmed = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "email_confirmed",
            "first_name",
            "last_name",
            "phone",
            "language",
            "currency",
        )

    def get_email_confirmed(self, user: User) -> bool:
        return user.email_confirmed_at is not None


class ProfileInput(Input):
    first_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    last_name = serializers.CharField(max_length=80, allow_blank=True, required=False)
    phone = serializers.CharField(max_length=32, allow_blank=True, required=False)
    language = serializers.CharField(max_length=12, allow_blank=True, required=False)
    currency = serializers.CharField(max_length=3, allow_blank=True, required=False)
