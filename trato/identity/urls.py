from django.urls import path

from trato.identity.views import password, profile, session, settings, teams, tokens, users

app_name = "identity"
urlpatterns = [
    path("sign-in/", session.sign_in, name="login"),
    path("sign-out/", session.sign_out, name="logout"),
    path("welcome/", session.founding, name="founding"),
    path("preferences/", session.preferences, name="preferences"),
    path("password/", password.forgotten, name="forgotten"),
    path("password/<uidb64>/<token>/", password.new_password, name="new_password"),
    path("settings/", settings.landing, name="settings"),
    path("settings/company/", settings.company_settings, name="company"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/profile/password/", profile.password, name="password"),
    path("settings/roles/", users.roles, name="roles"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.edit_team, name="new_team"),
    path("settings/teams/<int:pk>/", teams.edit_team, name="team"),
    path("settings/teams/<int:pk>/delete/", teams.remove_team, name="delete_team"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/new/", tokens.new_token, name="new_token"),
    path("settings/tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.new_user, name="new_user"),
    path("settings/users/<int:pk>/", users.user, name="user"),
    path("settings/users/<int:pk>/active/", users.set_active, name="set_active"),
    path("settings/users/<int:pk>/link/", users.send_link, name="send_link"),
]
