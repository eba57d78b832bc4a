"""Draws docs/images/addresses-by-size.svg: what an index of addresses costs against the number of addresses.

Usage: for copies in 1 4 12 40 118; do cargo run --profile dist -p qpv-addresses --example scale $copies FILES; done |
plot_scale.py docs/images/addresses-by-size.svg
"""

import math
import re
import sys

UNITS = {"ns": 1e-6, "µs": 1e-3, "ms": 1, "s": 1e3}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 740, 400, 70, 210, 20, 50
LINES = {
    "built": ("building, s", "#1d4f91", "0"),
    "a letter lost": ("p99 without the commune, ms", "#b3541e", "6 3"),
    "half typed": ("p99 half typed, ms", "#5b7f3a", "2 3"),
    "with commune, a letter lost": ("p99 with the commune, ms", "#6b3fa0", "9 3 2 3"),
}


def read(lines):
    """For each line of the figure, (addresses, value)."""
    points = {name: [] for name in LINES}
    for line in lines:
        if found := re.match(r"(\d+) addresses, .* built in ([\d.]+)(ms|s)", line):
            size = int(found[1])
            points["built"].append((size, float(found[2]) * UNITS[found[3]] / 1e3))
        elif (found := re.match(r"(.+): .* p99 ([\d.]+)(ns|µs|ms|s)", line)) and found[1] in points:
            points[found[1]].append((size, float(found[2]) * UNITS[found[3]]))
    return points


def main(path):
    points = read(sys.stdin)
    values = [value for line in points.values() for _, value in line]
    sizes = [size for line in points.values() for size, _ in line]
    low_x, high_x = math.log10(min(sizes)), math.log10(max(sizes))
    low_y, high_y = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))

    def x(size):
        return LEFT + (math.log10(size) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        "<title>Cost of an index of addresses against its size</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for power in range(low_y, high_y + 1):
        out.append(f'<path d="M{LEFT} {y(10**power):.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y(10**power) + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for size in sorted(set(sizes)):
        out.append(f'<path d="M{x(size):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#eee"/>')
        out.append(f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{size / 1e6:.2g}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">million addresses</text>')
    for name, (label, colour, dashes) in LINES.items():
        line = points[name]
        path_of = "L".join(f"{x(size):.1f} {y(value):.1f}" for size, value in line)
        out.append(f'<path d="M{path_of}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        out += [f'<circle cx="{x(size):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for size, value in line]
        last = line[-1]
        out.append(f'<text x="{x(last[0]) + 8:.1f}" y="{y(last[1]) + 4:.1f}" fill="{colour}">{label}</text>')
    open(path, "w").write("\n".join([*out, "</svg>\n"]))


main(sys.argv[1])
