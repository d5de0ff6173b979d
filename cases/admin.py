"""The operator's admin: accounts and registers of every förbund. No case, text, draft or event is here.

Nothing is deleted here but rules: the page that asks "are you sure?" would list what hangs on a row, drafts among it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.admin import EmailAddressAdmin  # noqa: F401 (registers itself once; it is taken out below)
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest

from cases import services
from cases.errors import PersonalDataFound
from cases.models import (
    Association,
    ContactFunction,
    FunctionPerson,
    Grant,
    Initiative,
    Member,
    RoutingRule,
    Unit,
    User,
)

# Roles come from grants, and log-in remembers addresses for itself: neither is for hands.
admin.site.unregister([Group, EmailAddress])


class GuardedForm(forms.ModelForm):
    """A form whose texts the guard reads before anything is stored."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        texts = {
            name: value for name, value in data.items() if isinstance(value, str) and not name.startswith("password")
        }
        try:
            data |= services.guarded(texts)
        except PersonalDataFound as error:
            for field, sentence in error.fields.items():
                self.add_error(field, sentence)
        return data


class NewUserForm(GuardedForm, AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "name")


class ChangedUserForm(GuardedForm, UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "name", "password", "is_active", "is_staff", "is_superuser")


class RegisterAdmin(admin.ModelAdmin):
    """A register, kept by the operator. What has been in use is ended with a date."""

    form = GuardedForm
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "association":
            kwargs["label"] = "Samordningsförbund"
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(User)
class UserAdmin(RegisterAdmin, BaseUserAdmin):
    form, add_form = ChangedUserForm, NewUserForm
    ordering = ("name", "email")
    list_display = ("name", "email", "is_active", "is_staff", "is_superuser", "last_login", "system_of")
    list_filter = ("is_active", "is_staff", "is_superuser", ("system_of", admin.EmptyFieldListFilter))
    list_select_related = ("system_of",)
    search_fields = ("name", "email")
    readonly_fields = ("last_login", "made")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        ("Tillgång", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Tider", {"fields": ("last_login", "made")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Leave systems to their förbund, and without a password."""
        return super().has_change_permission(request, obj) and not (obj and obj.is_system)

    @admin.display(description="Upplagd")
    def made(self, obj: User) -> dt.datetime:
        return obj.created_at

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Store the account; an address that is no longer its own lets nobody in."""
        obj.clean()
        if "email" in form.changed_data:
            obj.bounced_on = None
        super().save_model(request, obj, form, change)
        services.forget_addresses(obj)


@admin.register(Association)
class AssociationAdmin(RegisterAdmin):
    list_display = ("name", "code", "region", "open_to_all", "ended_on", "successor")
    list_select_related = ("successor",)
    search_fields = ("name", "code")
    readonly_fields = ("is_demo", "ended_on", "successor")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Keep a code that stands in case numbers."""
        kept = isinstance(obj, Association) and services.code_is_kept(obj)
        return (*self.readonly_fields, "code") if kept else self.readonly_fields


@admin.register(Member)
class MemberAdmin(RegisterAdmin):
    list_display = ("name", "party", "association", "from_on", "to_on")
    list_filter = ("party", "association")
    list_select_related = ("association",)
    search_fields = ("name",)
    # Ending one moves its open cases; that is done on the förbund's own pages.
    readonly_fields = ("to_on",)


@admin.register(Unit)
class UnitAdmin(RegisterAdmin):
    list_display = ("name", "member", "from_on", "to_on")
    list_filter = ("member__association",)
    list_select_related = ("member",)
    search_fields = ("name",)
    autocomplete_fields = ("member",)


@admin.register(Initiative)
class InitiativeAdmin(RegisterAdmin):
    list_display = ("name", "association", "from_on", "to_on")
    list_filter = ("association",)
    list_select_related = ("association",)
    search_fields = ("name",)


@admin.register(ContactFunction)
class ContactFunctionAdmin(RegisterAdmin):
    list_display = ("name", "member", "mailbox", "is_general", "from_on", "to_on")
    list_filter = ("member__association", "is_general")
    list_select_related = ("member",)
    search_fields = ("name", "mailbox")
    autocomplete_fields = ("member",)

    def save_model(self, request: HttpRequest, obj: ContactFunction, form: Any, change: bool) -> None:
        """Store the function; that letters came back says nothing of a new mailbox."""
        if "mailbox" in form.changed_data:
            obj.bounced_on = None
        super().save_model(request, obj, form, change)


@admin.register(FunctionPerson)
class FunctionPersonAdmin(RegisterAdmin):
    list_display = ("user", "function", "is_deputy", "from_on", "to_on")
    list_filter = ("function__member__association", "is_deputy")
    list_select_related = ("user", "function")
    search_fields = ("user__name", "user__email", "function__name")
    autocomplete_fields = ("user", "function")


@admin.register(Grant)
class GrantAdmin(RegisterAdmin):
    list_display = ("user", "role", "association", "member", "from_on", "to_on")
    list_filter = ("association", "role")
    list_select_related = ("user", "association", "member")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user", "member")


@admin.register(RoutingRule)
class RoutingRuleAdmin(RegisterAdmin):
    list_display = ("member", "unit", "initiative", "gap_type", "function")
    list_filter = ("member__association",)
    list_select_related = ("member", "unit", "initiative", "function")
    search_fields = ("member__name", "function__name")
    autocomplete_fields = ("member", "unit", "initiative", "function")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)
