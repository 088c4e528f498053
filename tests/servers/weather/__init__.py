"""A local Open-Meteo for tests: forecast and place search, honest or in trouble on request.

`WeatherServer` is the service; `troubles` has the ways in which it can fail. Nothing of the product
is imported here.
"""

from . import troubles
from .places import PLACES, Place
from .server import WeatherRequest, WeatherServer
from .troubles import Trouble

__all__ = ["PLACES", "Place", "Trouble", "WeatherRequest", "WeatherServer", "troubles"]
