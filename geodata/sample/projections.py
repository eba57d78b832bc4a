"""The two legal projections of the fictional sample, GRS80, both ways, right to a tenth of a millimetre.

Formulas: NTG_71 (IGN) for Lambert-93; Krüger's series, to n^3, for the UTM zone. Standard library only, so that the
sample can be made again anywhere; the program itself projects with PROJ.
"""

import math

A = 6378137.0
F = 1 / 298.257222101
E = math.sqrt(F * (2 - F))


def _isometric(lat):
    return math.atanh(math.sin(lat)) - E * math.atanh(E * math.sin(lat))


def _latitude(isometric):
    lat = math.asin(math.tanh(isometric))
    for _ in range(12):
        lat = math.asin(math.tanh(isometric + E * math.atanh(E * math.sin(lat))))
    return lat


class Lambert93:
    """EPSG:2154."""

    def __init__(self):
        lat0, lat1, lat2 = (math.radians(d) for d in (46.5, 44.0, 49.0))
        normal = [A / math.sqrt(1 - (E * math.sin(lat)) ** 2) * math.cos(lat) for lat in (lat1, lat2)]
        iso = [_isometric(lat) for lat in (lat1, lat2)]
        self.n = math.log(normal[1] / normal[0]) / (iso[0] - iso[1])
        self.c = normal[0] / self.n * math.exp(self.n * iso[0])
        self.y0 = 6600000.0 + self.c * math.exp(-self.n * _isometric(lat0))

    def forward(self, lon, lat):
        radius = self.c * math.exp(-self.n * _isometric(math.radians(lat)))
        angle = self.n * math.radians(lon - 3.0)
        return 700000.0 + radius * math.sin(angle), self.y0 - radius * math.cos(angle)

    def inverse(self, x, y):
        dx, dy = x - 700000.0, self.y0 - y
        lat = _latitude(math.log(self.c / math.hypot(dx, dy)) / self.n)
        return 3.0 + math.degrees(math.atan2(dx, dy) / self.n), math.degrees(lat)


class Utm40South:
    """EPSG:2975 (RGR92 / UTM 40S)."""

    def __init__(self):
        n = F / (2 - F)
        self.scale = 0.9996 * A / (1 + n) * (1 + n**2 / 4)
        self.alpha = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
        self.beta = (n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96, n**2 / 48 + n**3 / 15, 17 * n**3 / 480)

    def forward(self, lon, lat):
        t, dlon = math.sinh(_isometric(math.radians(lat))), math.radians(lon - 57.0)
        xi, eta = math.atan2(t, math.cos(dlon)), math.asinh(math.sin(dlon) / math.hypot(t, math.cos(dlon)))
        north, east = xi, eta
        for k, a in enumerate(self.alpha, 1):
            north += a * math.sin(2 * k * xi) * math.cosh(2 * k * eta)
            east += a * math.cos(2 * k * xi) * math.sinh(2 * k * eta)
        return 500000.0 + self.scale * east, 10000000.0 + self.scale * north

    def inverse(self, x, y):
        north, east = (y - 10000000.0) / self.scale, (x - 500000.0) / self.scale
        xi, eta = north, east
        for k, b in enumerate(self.beta, 1):
            xi -= b * math.sin(2 * k * north) * math.cosh(2 * k * east)
            eta -= b * math.cos(2 * k * north) * math.sinh(2 * k * east)
        lat = _latitude(math.asinh(math.sin(xi) / math.hypot(math.sinh(eta), math.cos(xi))))
        return 57.0 + math.degrees(math.atan2(math.sinh(eta), math.cos(xi))), math.degrees(lat)
