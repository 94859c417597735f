// A lab as lines of text: its boot steps, its ticket and tasks, its debrief. Pure; used by commands/*.
import type { LabSnapshot } from '../spec/lab.ts'
import { formatDuration } from './output.ts'

const taskMarks = { pass: '✔', fail: '✘', waiting: '·', unknown: '?' } as const
const guardMarks = { holds: '✔', broken: '✘', unknown: '·' } as const

/** Steps that have ended and are not among `shown` yet; marks them as shown. */
export function newStepLines(snapshot: LabSnapshot, shown: Set<string>): string[] {
  return snapshot.steps.flatMap((step) => {
    if ((step.state !== 'done' && step.state !== 'failed') || shown.has(step.id)) return []
    shown.add(step.id)
    return [
      `${step.state === 'done' ? '✔' : '✘'} ${step.title}${step.ms === undefined ? '' : `  ${formatDuration(step.ms)}`}${step.detail ? `  ${step.detail}` : ''}`,
    ]
  })
}

const indent = (text: string, by: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())

export function ticketLines({ ticket }: LabSnapshot): string[] {
  return ticket ? [`From: ${ticket.from}`, '', ...indent(ticket.body, '  ')] : []
}

/** Tasks and guards; a failing one with what was seen, what is wanted and its sentence. */
export function taskLines(snapshot: LabSnapshot): string[] {
  const lines: string[] = []
  if (snapshot.tasks.length) lines.push('Tasks')
  for (const task of snapshot.tasks) {
    lines.push(
      `  ${taskMarks[task.state]} ${task.title}${task.kind === 'question' && task.state !== 'pass' ? `  (podwire lab answer ${task.id} <text>)` : ''}`,
    )
    if (task.state === 'fail') lines.push(...details(task))
    if (task.state === 'unknown' && task.seen) lines.push(`      could not be checked: ${task.seen}`)
  }
  if (snapshot.guards.length) lines.push('Must stay as it is')
  for (const guard of snapshot.guards) {
    lines.push(`  ${guardMarks[guard.state]} ${guard.title}`)
    if (guard.state === 'broken') lines.push(...details(guard))
  }
  return lines
}

function details(view: { seen?: string; wanted?: string; sentence?: string }): string[] {
  return [
    ...(view.seen ? [`      seen:   ${view.seen}`] : []),
    ...(view.wanted ? [`      wanted: ${view.wanted}`] : []),
    ...(view.sentence ? indent(view.sentence, '      ') : []),
  ]
}

export function hintLines({ hints }: LabSnapshot): string[] {
  if (!hints.total) return []
  return [
    `Hints: ${hints.open.length} of ${hints.total} open`,
    ...hints.open.flatMap((hint, i) => indent(hint, '      ').map((line, k) => (k ? line : `  ${i + 1}.  ${line.trim()}`))),
  ]
}

/** The whole lab. */
export function statusLines(snapshot: LabSnapshot): string[] {
  const blocks = [
    [`${snapshot.title}`, `Lab ${snapshot.labId} (${snapshot.scenarioId}) is ${snapshot.state}.`],
    ticketLines(snapshot),
    taskLines(snapshot),
    hintLines(snapshot),
    failureLines(snapshot),
    debriefLines(snapshot),
  ]
  return blocks.filter((block) => block.length).flatMap((block, i) => (i ? ['', ...block] : block))
}

function failureLines({ failure }: LabSnapshot): string[] {
  return failure ? [`Failed: ${failure.message}`, ...(failure.hint ? [`→ ${failure.hint}`] : [])] : []
}

export function debriefLines({ debrief }: Pick<LabSnapshot, 'debrief'>): string[] {
  if (!debrief) return []
  const times = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`
  return [
    `Solved in ${formatDuration(debrief.ms)}, ${times(debrief.hints, 'hint')}, ${times(debrief.resets, 'reset')}.`,
    '',
    debrief.title,
    ...indent(debrief.body, '  '),
    '',
    'It happened',
    ...indent(debrief.incident.text, '  '),
    ...(debrief.incident.url ? [`  ${debrief.incident.url}`] : []),
    ...(debrief.next ? ['', `Next: podwire lab start ${debrief.next.id}  (${debrief.next.title})`] : []),
  ]
}
