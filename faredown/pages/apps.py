from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "faredown.pages"
    label = "pages"
    verbose_name = "Site pages"
