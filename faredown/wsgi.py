"""`granian --interface wsgi faredown.wsgi:application`"""

import os

import django

from faredown.lib.wsgi import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faredown.settings.production")
os.environ.setdefault("DB_POOL", "on")  # only web processes keep a pool

django.setup(set_prefix=False)
application = Handler()
