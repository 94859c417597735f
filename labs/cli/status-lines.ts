// The machine's status as lines of text. Pure; used by commands/status.ts.
import type { MachineStatus } from '../spec/status.ts'
import { formatDuration, formatTable } from './output.ts'

const memory = (mb: number | undefined) => (mb === undefined ? '–' : `${mb} MiB`)

export function machineLines(status: MachineStatus, now: number): string[] {
  const { labs, pool } = status
  return [
    ...(labs.length ? labTable(status, now) : ['No lab is running.']),
    ...(pool ? ['', ...poolLines(pool, now)] : []),
    ...(labs.length || pool?.spares.length ? ['', `Memory in all: ${status.memoryMB} MiB`] : []),
  ]
}

function labTable({ labs }: MachineStatus, now: number): string[] {
  const rows = labs.map((lab) => [
    lab.labId ?? '',
    lab.scenarioId,
    lab.whose === 'yours' ? 'you' : lab.whose === 'proof' ? 'a proof' : (lab.learner ?? 'somebody else'),
    lab.runtime,
    lab.otherBuild ? `${lab.state}, of another build` : lab.state,
    formatDuration(now - lab.createdAt),
    memory(lab.memoryMB),
  ])
  return formatTable([['ID', 'LAB', 'WHOSE', 'RUNTIME', 'STATE', 'FOR', 'MEMORY'], ...rows]).split('\n')
}

function poolLines(pool: NonNullable<MachineStatus['pool']>, now: number): string[] {
  const ready = pool.spares.filter(({ state }) => state === 'ready')
  const of = pool.kept ? ` of ${pool.wanted}` : ''
  const lines = [
    `Pool: ${ready.length}${of} ready on ${pool.runtime}${pool.kept ? '' : '; nobody keeps it: npm start -- --warm takes it over'}`,
  ]
  for (const spare of pool.spares) {
    const time = formatDuration(now - spare.since)
    if (spare.state === 'ready') lines.push(`  ${spare.labId}  ready for ${time}, ${memory(spare.memoryMB)}`)
    else if (spare.state === 'ending') lines.push(`  ${spare.labId}  ends: it failed, or is of another build`)
    else {
      const step = spare.step ? `: ${spare.step.title}, ${formatDuration(now - spare.step.since)} so far` : ''
      lines.push(`  ${spare.labId}  being created for ${time}${step}`)
    }
  }
  if (pool.waiting) lines.push(`  None is made now: ${pool.waiting}`)
  for (const { at, error } of pool.failures) {
    lines.push(
      `  Failed ${formatDuration(now - at)} ago: ${error.message}`,
      ...(error.hint ? [`    → ${error.hint.replaceAll('\n', '\n      ')}`] : []),
    )
  }
  if (pool.retryAt !== undefined && pool.retryAt > now) lines.push(`  Next try in ${formatDuration(pool.retryAt - now)}.`)
  return lines
}
