// A proof as one HTML file that needs nothing else: the matrix of all scenarios, and for each what its checks and guards were in every state. Pure; used by
// report-files.ts.
import type { GradeResult } from '../spec/protocol.ts'
import {
  type MatrixCell,
  matrixColumns,
  matrixRow,
  type PhaseResult,
  type ProofReport,
  phaseTitle,
  type ScenarioProof,
} from './proof-report.ts'
import { reportStyle } from './report-style.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => escapes[letter] as string)
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const verdict = (ok: boolean, yes: string, no: string) => `<span class="${ok ? 'pass' : 'fail'}">${ok ? '✔' : '✘'} ${ok ? yes : no}</span>`

const marks: Record<GradeResult['state'], string> = { pass: '✔', fail: '✘', waiting: '·', unknown: '?' }

export function formatHtml(report: ProofReport, at: Date): string {
  const { scenarios, ms, ok } = report
  const proved = scenarios.filter((proof) => proof.ok).length
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Proof: ${proved} of ${scenarios.length}</title>
<style>${reportStyle}</style>
<main>
<h1>Proof</h1>
<p class="lead">${verdict(ok, `${proved} of ${scenarios.length} proved`, `${proved} of ${scenarios.length} proved`)}, in ${seconds(ms)}, <time>${at.toISOString()}</time></p>
${overview(scenarios)}
${scenarios.map(section).join('\n')}
</main>
</html>
`
}

function overview(scenarios: readonly ScenarioProof[]): string {
  const head = ['Scenario', 'Runtime', ...matrixColumns.map(([name]) => name), 'Took']
    .map((name) => `<th scope="col">${name}</th>`)
    .join('')
  const rows = scenarios.map((proof) => {
    const name = `<th scope="row"><a href="#${anchor(proof)}">${escapeHtml(proof.scenarioId)}</a></th>`
    return `<tr>${name}<td>${proof.runtime}</td>${matrixRow(proof).map(cell).join('')}<td class="num">${seconds(proof.ms)}</td></tr>`
  })
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
}

const anchor = ({ scenarioId, runtime }: ScenarioProof) => `${scenarioId}-${runtime}`

function cell({ passed, of }: MatrixCell): string {
  if (of === 0) return '<td class="dim">not tried</td>'
  return `<td>${verdict(passed === of, of === 1 ? '' : `${of} of ${of}`, `${passed} of ${of}`)}</td>`
}

function section(proof: ScenarioProof): string {
  const { judges } = proof
  const columns = judges.map(
    ({ kind, title }, index) => `<th scope="col" title="${escapeHtml(title)}">${shortName(kind, index, judges)}</th>`,
  )
  const legend = judges.map(
    ({ id, kind, title }, index) => `<li><b>${shortName(kind, index, judges)}</b> ${escapeHtml(title)} <code>${id}</code></li>`,
  )
  return `<section id="${anchor(proof)}">
<h2>${escapeHtml(proof.title)}</h2>
<p><code>${escapeHtml(proof.scenarioId)}</code> on ${proof.runtime}: ${verdict(proof.ok, 'proved', 'not proved')} in ${seconds(proof.ms)}</p>
${proof.error ? `<p class="problem">${escapeHtml(proof.error.message)}${proof.error.hint ? `<br>${escapeHtml(proof.error.hint)}` : ''}</p>` : ''}
<div class="wide"><table>
<thead><tr><th scope="col">State</th>${columns.join('')}<th scope="col">Verdict</th><th scope="col">Took</th></tr></thead>
<tbody>${proof.phases.map((phase) => phaseRow(phase, proof)).join('\n')}</tbody>
</table></div>
<ul class="legend">${legend.join('')}</ul>
${proof.logFolder ? `<p>Logs: <code>${escapeHtml(proof.logFolder)}</code></p>` : ''}
</section>`
}

/** C1, C2, …, G1, …: columns as narrow as their marks. */
function shortName(kind: 'check' | 'guard', index: number, judges: ScenarioProof['judges']): string {
  const before = judges.slice(0, index).filter((judge) => judge.kind === kind).length
  return `${kind === 'check' ? 'C' : 'G'}${before + 1}`
}

function phaseRow(phase: PhaseResult, { judges }: ScenarioProof): string {
  const cells = judges.map(({ id }) => {
    const state = phase.states?.[id]
    return `<td class="mark ${state ?? ''}${phase.by === id ? ' judge' : ''}">${state ? marks[state] : ''}</td>`
  })
  const why = phase.problem
    ? `<p class="problem">${escapeHtml(phase.problem)}</p>${evidence(phase.evidence ?? [])}`
    : phase.sentence || phase.note
      ? `<p class="dim">${escapeHtml(phase.sentence ?? phase.note ?? '')}</p>`
      : ''
  const name = `<th scope="row">${escapeHtml(phaseTitle(phase))}${why}</th>`
  return `<tr>${name}${cells.join('')}<td>${verdict(phase.ok, 'as wanted', 'differs')}</td><td class="num">${seconds(phase.ms)}</td></tr>`
}

function evidence(results: readonly GradeResult[]): string {
  const lines = results.map(
    ({ kind, id, state, seen, wanted }) =>
      `<li>${kind} <code>${escapeHtml(id)}</code>: ${state}${seen ? `, ${escapeHtml(seen)}` : ''}${wanted ? ` (wanted: ${escapeHtml(wanted)})` : ''}</li>`,
  )
  return lines.length ? `<ul class="evidence">${lines.join('')}</ul>` : ''
}
