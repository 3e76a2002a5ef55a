"""`granian --interface wsgi faredown.wsgi:application`"""

import gc
import os

import django

from faredown.lib.wsgi import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "faredown.settings.production")
os.environ.setdefault("DB_POOL", "on")  # only web processes keep a pool

django.setup(set_prefix=False)
application = Handler()

# What was loaded stays: not looked through again at every round of the collector, which comes seldom enough that a
# page's own objects are gone by then.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
