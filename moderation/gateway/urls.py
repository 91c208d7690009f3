from django.urls import path

from moderation.gateway import views

app_name = "gateway"
urlpatterns = [
    path("image/v4", views.image, name="image"),
    path("images/v4", views.images, name="images"),
    path("v4/image/query", views.image_query, name="query"),
    path("v1/image/check", views.check, name="check"),
]
