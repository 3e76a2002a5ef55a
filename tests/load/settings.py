"""The tests' settings behind a real server: errors are answered, not raised; a bare view stands beside the pages."""

from faredown.settings.test import *  # noqa: F403

ROOT_URLCONF = "tests.load.urls"
DEBUG_PROPAGATE_EXCEPTIONS = False
CELERY_TASK_EAGER_PROPAGATES = False
WHITENOISE_AUTOREFRESH = False
