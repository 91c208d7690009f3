"""The addresses under `/manage/`, one block for each subject."""

from django.urls import path

from review.views.manage import index, invitations, people

urlpatterns = [
    path("", index.index, name="manage"),
    path("people/", people.page, name="manage_people"),
    path("people/<int:pk>/", people.person, name="manage_person"),
    path("people/<int:pk>/sign-out", people.sign_out, name="manage_person_sign_out"),
    path("people/<int:pk>/second-factor", people.reset_factor, name="manage_person_second_factor"),
    path("people/<int:pk>/password", people.new_password, name="manage_person_password"),
    path("people/queue", people.bulk, name="manage_people_queue"),
    path("people/second-factor", people.require_factor, name="manage_second_factor"),
    path("people/invite", invitations.invite, name="manage_invite"),
    path("people/invitations/<int:pk>/renew", invitations.renew, name="manage_invitation_renew"),
    path("people/invitations/<int:pk>/revoke", invitations.revoke, name="manage_invitation_revoke"),
]
