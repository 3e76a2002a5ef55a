"""`granian --interface wsgi faredown.wsgi:application`"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faredown.settings.production")
os.environ.setdefault("DB_POOL", "on")  # only web processes keep a pool

application = get_wsgi_application()
