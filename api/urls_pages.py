"""The addresses of pages about other programs, in the words of those who read them."""

from django.urls import path

from api.pages import keys
from cases.urls_registers import ONE

urlpatterns = [
    path("nycklar/", keys.keys, name="keys"),
    path("nycklar/ny/", keys.key_make, name="key_make"),
    path("nycklar/<int:pk>/aterkalla/", keys.key_revoke, name="key_revoke"),
    path(f"register/{ONE}nycklar/", keys.AssociationKeys.as_view(), name="association_keys"),
    path(f"register/{ONE}nycklar/<int:pk>/aterkalla/", keys.KeyRevoke.as_view(), name="association_key_revoke"),
    path(f"register/{ONE}system/<int:pk>/nyckel/", keys.SystemKey.as_view(), name="system_key"),
]
