"""Put pictures of a console together into one SVG that shows one after the other, without a script.

Not for: taking them (see `__main__`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_HIDDEN, _SHOWN = "{ visibility: hidden }", "{ visibility: visible }"


def combine(frames: Sequence[tuple[str, float]]) -> str:
    """Return one SVG of several, each shown for its seconds, over and over; where motion is not wanted, the first alone."""
    sizes = [_SIZE.search(svg) for svg, _ in frames]
    width, height = (max(float(size[side]) for size in sizes if size is not None) for side in (1, 2))
    total = sum(seconds for _, seconds in frames)
    rules, parts, begin = [".frame { visibility: hidden }", ".frame.first { visibility: visible }"], [], 0.0
    for number, (svg, seconds) in enumerate(frames):
        end = begin + seconds
        steps = [f"0% {_SHOWN if number == 0 else _HIDDEN}"]
        steps += [f"{100 * begin / total:.3f}% {_SHOWN}"] if number else []
        steps += [f"{100 * end / total:.3f}% {_HIDDEN}"] if number < len(frames) - 1 else []
        rules.append(f"@keyframes frame{number} {{ {' '.join(steps)} }}")
        rules.append(f".moving .f{number} {{ animation: frame{number} {total:g}s step-end infinite }}")
        parts.append(f'<g class="frame f{number}{"" if number else " first"}">\n{svg.strip()}\n</g>')
        begin = end
    style = "\n".join(rules)
    still = "@media (prefers-reduced-motion: reduce) { .moving .frame { animation: none } }"
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" xmlns="http://www.w3.org/2000/svg">\n<style>\n{style}\n{still}\n</style>\n'
        f'<g class="moving">\n{"".join(parts)}\n</g>\n</svg>\n'
    )
