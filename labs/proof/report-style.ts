// The look of a proof's HTML report: the pages' own colours (app/styles/tokens.css), light or dark as the reader's system is. Used by report-html.ts.
export const reportStyle = `
:root { color-scheme: light dark;
  --bg: light-dark(oklch(.958 .004 220), oklch(.192 .012 232)); --paper: light-dark(oklch(.99 .002 220), oklch(.226 .013 232));
  --line: light-dark(oklch(.868 .009 210), oklch(.325 .014 230)); --ink: light-dark(oklch(.235 .018 232), oklch(.925 .008 200));
  --dim: light-dark(oklch(.49 .016 228), oklch(.7 .013 212)); --pass: light-dark(oklch(.47 .105 236), oklch(.8 .095 225));
  --fail: light-dark(oklch(.53 .152 44), oklch(.78 .145 52)); --fail-wash: light-dark(oklch(.96 .018 50), oklch(.272 .032 42));
  --wire: light-dark(oklch(.53 .11 82), oklch(.87 .16 95)); }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--ink); font: 14px/1.45 system-ui, sans-serif }
main { max-width: 1200px; margin: 0 auto; padding: 24px }
h1, h2 { font-family: Georgia, serif; margin: 0 0 4px } h2 { margin-top: 48px }
p { margin: 0 0 12px } .lead { font-size: 16px }
a { color: inherit; text-decoration-color: var(--wire); text-underline-offset: 3px }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em }
.wide { overflow-x: auto; border: 1px solid var(--line); background: var(--paper) }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 7px 10px; border-bottom: 1px solid var(--line); white-space: nowrap }
thead th { color: var(--dim); font-weight: 500 } tbody tr:last-child > * { border-bottom: 0 }
tbody th { font-weight: 600 } section tbody th { white-space: normal; min-width: 20em }
tbody th p { font-weight: 400; margin: 2px 0 0; max-width: 60em }
.num { text-align: right; font-variant-numeric: tabular-nums } .dim { color: var(--dim) }
.pass { color: var(--pass) } .fail { color: var(--fail) }
.mark { text-align: center; padding: 7px 4px; color: var(--dim) } .mark.fail { color: var(--fail) }
.mark.judge { outline: 1px solid var(--fail); outline-offset: -3px; font-weight: 700 }
.problem { background: var(--fail-wash); color: var(--fail); padding: 6px 10px }
.legend, .evidence { list-style: none; margin: 10px 0 0; padding: 0; color: var(--dim) } .legend { display: flex; flex-wrap: wrap; gap: 4px 20px }
.legend b { color: var(--ink) } .evidence { font-weight: 400; font-size: 13px }
`
