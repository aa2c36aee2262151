"""FCM stand-in: Firebase Cloud Messaging's HTTP v1 API on this machine, for tests and demos.

It takes what FCM takes, refuses what FCM refuses in FCM's own words, goes wrong when it is told
to, and plays the devices that messages are for. It knows nothing of the app that it serves, and
reaches no network. `python -m fcm_standin --help`; docs/fcm-standin.md.
"""

from fcm_standin.installing import App, Platform, Target
from fcm_standin.ruling import Rule, What
from fcm_standin.serving import Served, serving
from fcm_standin.standin import StandIn

__all__ = ["App", "Platform", "Rule", "Served", "StandIn", "Target", "What", "serving"]
