"""Draws curves on logarithmic axes as SVG, with nothing but the standard library."""

import math
from html import escape

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 40, 50
COLOURS = ["#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf"]


def short(number):
    """`1000000` → `1M`."""
    for size, word in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:g}{word}"
    return f"{number:g}"


def draw(path, title, across, up, curves):
    """Writes a plot. `curves` are (name, dashed, [(x, y), …]); both axes are logarithmic."""
    points = [point for _, _, curve in curves for point in curve]
    low = [math.floor(math.log10(min(point[axis] for point in points))) for axis in (0, 1)]
    high = [math.ceil(math.log10(max(point[axis] for point in points))) for axis in (0, 1)]
    high = [max(h, l + 1) for l, h in zip(low, high)]
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x, y):
        left = LEFT + wide * (math.log10(x) - low[0]) / (high[0] - low[0])
        top = TOP + tall * (1 - (math.log10(y) - low[1]) / (high[1] - low[1]))
        return round(left, 1), round(top, 1)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
        f'<text x="{LEFT + wide / 2}" y="{HEIGHT - 12}" text-anchor="middle">{escape(across)}</text>',
        f'<text transform="translate(16 {TOP + tall / 2}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
    ]
    for power in range(low[0], high[0] + 1):
        x, _ = place(10**power, 10 ** low[1])
        out.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{TOP + tall}" stroke="#ddd"/>')
        out.append(f'<text x="{x}" y="{TOP + tall + 18}" text-anchor="middle">{short(10**power)}</text>')
    for power in range(low[1], high[1] + 1):
        _, y = place(10 ** low[0], 10**power)
        out.append(f'<line x1="{LEFT}" y1="{y}" x2="{LEFT + wide}" y2="{y}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{short(10**power)}</text>')
    for at, (name, dashed, curve) in enumerate(curves):
        colour = "#888" if dashed else COLOURS[at % len(COLOURS)]
        line = " ".join(f"{x},{y}" for x, y in (place(*point) for point in curve))
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if not dashed:
            out += [
                '<circle cx="{}" cy="{}" r="3" fill="{}"/>'.format(*place(*point), colour)
                for point in curve
            ]
        y = TOP + 10 + 20 * at
        x = LEFT + wide + 14
        out.append(f'<line x1="{x}" y1="{y}" x2="{x + 24}" y2="{y}" stroke="{colour}" stroke-width="2"{dash}/>')
        out.append(f'<text x="{x + 30}" y="{y + 4}">{escape(name)}</text>')
    out.append("</svg>")
    with open(path, "w") as file:
        file.write("\n".join(out) + "\n")
