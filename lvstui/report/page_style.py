"""Hold the style of a report's page: for a screen, light or dark as the reader has it, and for paper."""

_LIGHT = """\
    --ink: #1f2730; --dim: #545e68; --page: #fbfbf9; --panel: #f0f0ec; --line: #d5d8d4; --accent: #0b6e76;
    --master: #246b27; --backup: #c3ccd6; --fault: #b3261e; --stopped: #e7dccb; --silent: #e7dccb; --nodata: #eceeed;
    --answered: #7fae81; --unanswered: #b3261e; --none: #b3261e30; --two: #85550040; --good: #246b27; --bad: #b3261e;
    --onmaster: #ffffff; --onbar: #1f2730;
"""
_DARK = """\
    --ink: #d5dae1; --dim: #949ca6; --page: #12161c; --panel: #1b212a; --line: #333d49; --accent: #5fb3b3;
    --master: #3f7a36; --backup: #3a4654; --fault: #b5403a; --stopped: #4a4234; --silent: #4a4234; --nodata: #20262f;
    --answered: #4f7a4a; --unanswered: #b5403a; --none: #ee7d7640; --two: #e2b25b40; --good: #8fc17a; --bad: #ee7d76;
    --onmaster: #ffffff; --onbar: #d5dae1;
"""
_PAGE = """\
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 48px; }
h1 { font-size: 22px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 28px 0 4px; }
p { margin: 4px 0 8px; color: var(--dim); }
#verdict { font-size: 18px; color: var(--ink); background: var(--panel); border-left: 5px solid var(--good); padding: 10px 14px;
  margin: 0 0 16px; overflow-wrap: anywhere; }
#verdict.bad { border-color: var(--bad); }
.note { color: var(--ink); border-left: 5px solid var(--accent); background: var(--panel); padding: 8px 14px;
  margin: 8px 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 6px 20px; margin: 0 0 12px; }
dt { color: var(--dim); font-size: 13px; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 20px 0; }
figcaption { font-weight: 600; margin-bottom: 4px; }
section div { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 48em; font-size: 14px; }
th { text-align: left; color: var(--dim); font-weight: 500; border-bottom: 1px solid var(--line);
  padding: 4px 12px 4px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 4px 12px 4px 0; vertical-align: top;
  overflow-wrap: break-word; font-variant-numeric: tabular-nums; }
.figure { text-align: right; white-space: nowrap; }
.figure + :not(.figure) { padding-left: 16px; }
svg.timeline { width: 100%; height: auto; font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
svg text { fill: var(--ink); }
svg .director { font-weight: 600; }
svg .lane, svg .axis { fill: var(--dim); }
svg .tick, svg .base { stroke: var(--line); stroke-width: 1; }
svg .bar.master { fill: var(--master); } svg .bar.backup { fill: var(--backup); } svg .bar.fault { fill: var(--fault); }
svg .bar.stopped { fill: var(--stopped); } svg .bar.silent { fill: var(--silent); } svg .bar.no_data { fill: var(--nodata); }
svg .bar.answered { fill: var(--answered); } svg .bar.unanswered { fill: var(--unanswered); }
svg .on { font-size: 10px; fill: var(--onbar); }
svg .on.master, svg .on.fault, svg .on.unanswered { fill: var(--onmaster); }
svg .window.none { fill: var(--none); } svg .window.two { fill: var(--two); }
svg .mark line { stroke: var(--dim); stroke-width: 1.5; }
svg .mark circle { fill: var(--accent); stroke: var(--page); stroke-width: 1; }
svg .sure { stroke: var(--accent); stroke-width: 1.5; fill: none; }
"""
_PAPER = """\
    --ink: #000000; --dim: #444444; --page: #ffffff; --panel: #f4f4f4;
  }
  body { font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 17px; }
  h2 { font-size: 13px; margin-top: 18px; }
  #verdict { font-size: 14px; }
  dt, table { font-size: 10px; }
  table { min-width: 0; }
  figure, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  section div { overflow: visible; }
}
"""
STYLE = (
    f":root {{\n{_LIGHT}}}\n@media (prefers-color-scheme: dark) {{\n  :root {{\n{_DARK}  }}\n}}\n"
    f"{_PAGE}@media print {{\n  :root {{\n{_LIGHT}{_PAPER}"
)
