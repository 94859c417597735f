// What is read from the e2e binary's report, what of it is called a failure, and how the page tells it.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Explanation, judge, readExplanations } from './explanations.ts'
import { conformancePage, mergeRuns } from './page.ts'
import { openProgram } from './program.ts'
import { readReport, type SpecResult } from './suite.ts'

/** As Ginkgo writes it: containers' texts apart from the spec's own, nodes that are no specs between them. */
const node = (texts: string[], text: string, state: string, more = {}) => ({
  ContainerHierarchyTexts: texts,
  LeafNodeType: 'It',
  LeafNodeText: text,
  State: state,
  ...more,
})
const written = JSON.stringify([
  {
    SpecReports: [
      {
        ...node([], '', 'passed'),
        ContainerHierarchyTexts: null,
        LeafNodeType: 'SynchronizedBeforeSuite',
        CapturedGinkgoWriterOutput: 'I] e2e test version: v1.37.1\nI] kube-apiserver version: v1.37.0\n',
      },
      node(['[sig-network] Netpol', 'b'], 'works', 'passed', { RunTime: 4_123_456_789 }),
      node(['[sig-network] Netpol', 'a'], 'gives up', 'timedout', { RunTime: 60e9, Failure: { Message: 'first\nsecond\n' } }),
      node(['[sig-network] Netpol', 'c'], 'SCTP', 'skipped'),
      node(['[sig-network] DNS'], 'is of another group', 'passed'),
    ],
  },
])

test('the report gives the specs of the group by name, and the versions', () => {
  expect(readReport(written, 'netpol')).toEqual({
    versions: { tests: 'v1.37.1', cluster: 'v1.37.0' },
    specs: [
      { name: '[sig-network] Netpol a gives up', state: 'failed', seconds: 60, message: 'first\nsecond' },
      { name: '[sig-network] Netpol b works', state: 'passed', seconds: 4.1 },
      { name: '[sig-network] Netpol c SCTP', state: 'skipped', seconds: 0 },
    ],
  })
})

const { specs, versions } = readReport(written, 'netpol')
const explanation = (spec: string, on?: string[]): Explanation => ({ spec, why: `why ${spec}`, ...(on ? { on } : {}) })

test('a failure needs an explanation for its column, and an explanation a failure', () => {
  const names = (results: readonly SpecResult[]) => results.map(({ name }) => name)
  const of = (explanations: Explanation[]) => {
    const { unexplained, idle } = judge(specs, 'embedded', explanations)
    return { unexplained: names(unexplained), idle: names(idle) }
  }
  expect(of([])).toEqual({ unexplained: ['[sig-network] Netpol a gives up'], idle: [] })
  expect(of([explanation('gives up')])).toEqual({ unexplained: [], idle: [] })
  expect(of([explanation('gives up', ['kind'])])).toEqual({ unexplained: ['[sig-network] Netpol a gives up'], idle: [] })
  expect(of([explanation('gives up'), explanation('works')])).toEqual({ unexplained: [], idle: ['[sig-network] Netpol b works'] })
})

test('the page counts, lists each spec beside a column that was not run yet, and says why', () => {
  const run = { command: 'npm run test:upstream -- --group netpol --write', versions, specs: mergeRuns(undefined, specs, '2026-12-01') }
  const page = conformancePage(
    [
      { name: 'embedded', runs: { netpol: run } },
      { name: 'kind', runs: {} },
    ],
    [explanation('SCTP')],
  )
  expect(page).toContain('| NetworkPolicy | 1 passed, 1 failed, 1 not run | not run yet |')
  expect(page).toContain('| Netpol b works | passed | not run yet |')
  expect(page).toContain('| Netpol a gives up | **failed** | not run yet |')
  expect(page).toContain('embedded: 2026-12-01, cluster v1.37.0, tests v1.37.1, `npm run test:upstream -- --group netpol --write`.')
  expect(page).toContain('| why SCTP | embedded | Netpol c SCTP |')
  expect(page).toContain('| Not explained. first | embedded | Netpol a gives up |')
})

test('a run of some specs leaves what is known of the others', () => {
  const old = { command: '', versions, specs: mergeRuns(undefined, specs, '2026-11-30') }
  const [a, b] = specs as [SpecResult, SpecResult]
  const merged = mergeRuns(
    old,
    [
      { ...a, state: 'passed' },
      { name: b.name, state: 'skipped', seconds: 0 },
    ],
    '2026-12-01',
  )
  expect(merged.map(({ state, date }) => [state, date])).toEqual([
    ['passed', '2026-12-01'],
    ['passed', '2026-11-30'],
  ])
})

test('without the binary the error says what to set', () => {
  expect(() => openProgram('')).toThrow(expect.objectContaining({ hint: expect.stringContaining('PODWIRE_UPSTREAM_E2E=') }))
  expect(() => openProgram('/nowhere/e2e.test')).toThrow('/nowhere/e2e.test, which is not there')
})

test('the explanations are read', () => {
  expect(readExplanations(join(import.meta.dirname, 'explanations.yaml')).length).toBeGreaterThan(0)
})
