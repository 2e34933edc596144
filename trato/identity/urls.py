from django.urls import path

from trato.identity.views import password, session

app_name = "identity"
urlpatterns = [
    path("sign-in/", session.sign_in, name="login"),
    path("sign-out/", session.sign_out, name="logout"),
    path("welcome/", session.founding, name="founding"),
    path("preferences/", session.preferences, name="preferences"),
    path("password/", password.forgotten, name="forgotten"),
    path("password/<uidb64>/<token>/", password.new_password, name="new_password"),
]
