// The author's page: what the student sees on the left, every check with its evidence and time in the drawer on the right. One file, no framework. Used by
// author-server.ts.
import { reportStyle } from '../../proof/report-style.ts'

const style = `${reportStyle}
main { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 3fr); gap: 0 32px; max-width: 1500px }
header { grid-column: 1 / -1; margin-bottom: 16px } header p { margin: 0 }
h2 { margin-top: 0 } h3 { margin: 16px 0 4px; font-size: 14px }
@media (max-width: 900px) { main { display: block } }
#ticket { white-space: pre-wrap; border-left: 3px solid var(--wire); padding-left: 12px }
ul { list-style: none; margin: 0; padding: 0 } #tasks li, #guards li, #problems li { padding: 6px 0; border-bottom: 1px solid var(--line) }
button, select, input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); padding: 4px 10px; margin: 0 4px 6px 0 }
button:disabled { color: var(--dim) } button:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid var(--wire) }
section td { white-space: normal } section td:is(.num, .pass, .fail) { white-space: nowrap } section tbody th { min-width: 0; white-space: nowrap }
pre { background: var(--paper); border: 1px solid var(--line); padding: 8px; overflow: auto; max-height: 20em }
form { display: flex } form input { flex: 1 }
`

/** Runs in the browser. Data reaches the page as text only. */
const script = `
const $ = (id) => document.getElementById(id)
const make = (tag, text, className) => Object.assign(document.createElement(tag), { textContent: text ?? '', className: className ?? '' })
const fill = (id, children) => $(id).replaceChildren(...children)
const marks = { pass: '✔', holds: '✔', fail: '✘', broken: '✘', waiting: '·', unknown: '?' }
const tone = { pass: 'pass', holds: 'pass', fail: 'fail', broken: 'fail' }
const post = async (path, body) => {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return answer.json()
}
const judged = ({ state, title, sentence }) => {
  const item = make('li')
  item.append(make('span', marks[state] + ' ' + title, tone[state]))
  if (sentence) item.append(make('div', sentence, 'dim'))
  return item
}
const row = ({ id, kind, state, ms, seen, wanted, sentence }) => {
  const line = make('tr')
  const name = make('th', id)
  name.append(make('div', kind, 'dim'))
  const evidence = make('td', seen ?? '')
  if (wanted) evidence.append(make('div', 'wanted: ' + wanted, 'dim'))
  if (sentence) evidence.append(make('div', sentence, 'dim'))
  line.append(name, make('td', marks[state] + ' ' + state, tone[state]), evidence, make('td', ms + ' ms', 'num'))
  return line
}
const place = ({ file, line, column, path }) => file + (line ? ':' + line + ':' + column : '') + (path ? ' ' + path : '')
const problem = (found) => {
  const item = make('li')
  item.append(make('code', place(found)), make('div', found.message + (found.mend ? '. ' + found.mend : ''), found.level === 'error' ? 'fail' : ''))
  return item
}
const action = (name, busy) => {
  const button = make('button', name)
  button.disabled = Boolean(busy)
  button.onclick = () => post('/act', { action: name })
  return button
}
let shown = {}
const changed = (key, value) => {
  const text = JSON.stringify(value)
  if (shown[key] === text) return false
  shown[key] = text
  return true
}
function show(view) {
  const { student } = view
  $('name').textContent = view.scenarioId + ' on ' + view.runtime
  $('state').textContent = view.busy ? view.busy + ' …' : student ? 'The lab is ' + student.state + '.' : ''
  $('error').textContent = view.error ?? ''
  $('error').hidden = !view.error
  if (changed('student', student) && student) {
    $('title').textContent = student.title
    $('ticket').textContent = student.ticket ? 'From: ' + student.ticket.from + '\\n\\n' + student.ticket.body : 'The ticket shows when the lab is broken.'
    fill('tasks', student.tasks.map(judged))
    fill('guards', student.guards.map(judged))
  }
  if (changed('hints', view.hints)) fill('hints', view.hints.map((hint) => make('li', hint)))
  if (changed('results', view.results)) fill('results', view.results.map(row))
  if (changed('problems', view.problems)) fill('problems', view.problems.length ? view.problems.map(problem) : [make('li', 'None.', 'dim')])
  if (changed('actions', [view.actions, view.busy])) fill('actions', view.actions.map((name) => action(name, view.busy)))
  if (changed('places', view.places)) fill('place', view.places.map((name) => make('option', name)))
}
new EventSource('/events').onmessage = ({ data }) => show(JSON.parse(data))
$('try').onsubmit = async (event) => {
  event.preventDefault()
  const { output, exitCode, error } = await post('/run', { place: $('place').value, command: $('command').value })
  $('output').textContent = error ? error.message : output + (exitCode ? '\\n(exit code ' + exitCode + ')' : '')
}
`

export const authorPage = (nonce: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Author's drawer</title>
<style>${style}</style>
<main>
<header><h1 id="name">…</h1><p id="state" role="status"></p><p id="error" class="problem" role="alert" hidden></p></header>
<div>
  <h2>What the student sees</h2>
  <h3 id="title"></h3><p id="ticket"></p>
  <h3>Tasks</h3><ul id="tasks"></ul>
  <h3>Guards</h3><ul id="guards"></ul>
  <h3>Hints</h3><ol id="hints"></ol>
</div>
<section aria-label="Author's drawer">
  <h2>Author's drawer</h2>
  <div id="actions"></div>
  <div class="wide"><table><thead><tr><th>Check</th><th>State</th><th>Evidence</th><th>Took</th></tr></thead><tbody id="results"></tbody></table></div>
  <h3>Problems of the files</h3><ul id="problems"></ul>
  <h3>Try a command</h3>
  <form id="try"><select id="place" aria-label="Place"></select><input id="command" aria-label="Command" placeholder="kubectl get pods"><button>Run</button></form>
  <pre id="output"></pre>
</section>
</main>
<script nonce="${nonce}">${script}</script>
</html>
`
