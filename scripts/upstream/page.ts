// docs/conformance.md from what runs have saved. Used by main.ts; pure.
import { type Explanation, explain } from './explanations.ts'
import { type Group, groups, type SpecResult } from './suite.ts'

/** What results/<column>.json keeps of a group: each spec as its last run left it. */
export interface SavedRun {
  command: string
  versions: { cluster: string; tests: string }
  specs: (SpecResult & { date: string })[]
}

/** A run of some specs leaves what is known of the others; a spec that no run has reached is there all the same. */
export function mergeRuns(old: SavedRun | undefined, specs: readonly SpecResult[], date: string): SavedRun['specs'] {
  const known = new Map(old?.specs.map((spec) => [spec.name, spec]))
  return specs.map((spec) => {
    const before = known.get(spec.name)
    return before && spec.state === 'skipped' && !spec.message ? before : { ...spec, date }
  })
}

export type SavedRuns = Partial<Record<Group, SavedRun>>
/** embedded first, then kind, then others by name */
export type Columns = readonly { name: string; runs: SavedRuns }[]

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ')
const words = { passed: 'passed', failed: '**failed**', skipped: 'not run' } as const

function summary(run: SavedRun | undefined): string {
  if (!run) return 'not run yet'
  const count = (state: SpecResult['state']) => run.specs.filter((spec) => spec.state === state).length
  const parts = (['passed', 'failed', 'skipped'] as const).map((state) =>
    count(state) ? `${count(state)} ${state === 'skipped' ? 'not run' : state}` : '',
  )
  return parts.filter(Boolean).join(', ')
}

const shortName = (name: string) => name.replace(/^\[sig-network\] /, '').replace(/ \[Feature:NetworkPolicy\]$/, '')
const specNames = (columns: Columns, group: Group) =>
  [...new Set(columns.flatMap(({ runs }) => runs[group]?.specs.map(({ name }) => name) ?? []))].sort()

function section(group: Group, columns: Columns): string {
  const states = columns.map(({ runs }) => new Map(runs[group]?.specs.map((spec) => [spec.name, spec])))
  const rows = specNames(columns, group).map((name) => {
    const cells = states.map((specs) => {
      const spec = specs.get(name)
      return spec ? words[spec.state] : 'not run yet'
    })
    return `| ${cell(shortName(name))} | ${cells.join(' | ')} |`
  })
  const made = columns.flatMap(({ name, runs }) => {
    const run = runs[group]
    if (!run) return []
    const dates = [...new Set(run.specs.map(({ date }) => date))].sort()
    const when = dates.length > 1 ? `${dates[0]} to ${dates.at(-1)}` : dates[0]
    return [`${name}: ${when}, cluster ${run.versions.cluster}, tests ${run.versions.tests}, \`${run.command}\`.`]
  })
  return `## ${groups[group].title}

${made.join('\n')}

| spec | ${columns.map(({ name }) => name).join(' | ')} |
|---|${columns.map(() => '---|').join('')}
${rows.join('\n')}
`
}

function reasons(columns: Columns, explanations: readonly Explanation[]): string {
  const rows = new Map<string, { columns: Set<string>; specs: Set<string> }>()
  for (const { name: column, runs } of columns) {
    for (const spec of Object.values(runs).flatMap((run) => run?.specs ?? [])) {
      if (spec.state === 'passed') continue
      const why =
        explain(spec.name, column, explanations)?.why ?? `Not explained. ${spec.message?.split('\n')[0] ?? 'The run ended before it.'}`
      const row = rows.get(why) ?? { columns: new Set(), specs: new Set() }
      rows.set(why, row)
      row.columns.add(column)
      row.specs.add(shortName(spec.name))
    }
  }
  const lines = [...rows].map(
    ([why, { columns: on, specs }]) => `| ${cell(why)} | ${[...on].join(', ')} | ${[...specs].map(cell).join('<br>')} |`,
  )
  return lines.length ? `\n## What did not pass, and why\n\n| why | on | specs |\n|---|---|---|\n${lines.join('\n')}\n` : ''
}

export function conformancePage(columns: Columns, explanations: readonly Explanation[]): string {
  const shown = (Object.keys(groups) as Group[]).filter((group) => columns.some(({ runs }) => runs[group]))
  const heads = columns.map(({ name }) => name)
  return `# Conformance

Kubernetes' own network tests, run against the embedded cluster and against kind: \`npm run test:upstream\` runs specs of Kubernetes' e2e binary as it is,
started on the laptop of a fresh embedded cluster, or on this machine for others. \`npm run test:upstream -- --write\` writes this page; \`-- --kubeconfig FILE --as kind\` tests any cluster that a kubeconfig names.
Each spec stands as its last run left it; \`--focus\` runs some of them. The binary is not in the clone: \`PODWIRE_UPSTREAM_E2E\` says where it is.

| specs | ${heads.join(' | ')} |
|---|${heads.map(() => '---|').join('')}
${shown.map((group) => `| ${groups[group].title} | ${columns.map(({ runs }) => summary(runs[group])).join(' | ')} |`).join('\n')}

${shown.map((group) => section(group, columns)).join('\n')}${reasons(columns, explanations)}`
}
