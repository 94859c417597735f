// What may differ between two runs of the same is taken out, and nothing else; what stays is explained, or not.
import { expect, test } from 'vitest'
import { compare, differingLines } from './compare.ts'
import { judge } from './explanations.ts'
import { normalise } from './normalise.ts'
import type { Facts, Played, Recording } from './play.ts'
import { counts, markdownReport, terminalReport } from './report.ts'

const kind: Facts = {
  addresses: { 'control-plane': '172.19.0.3', worker: '172.19.0.4', worker2: '172.19.0.2', laptop: '172.19.0.50' },
  podCidrs: { 'control-plane': '10.244.0.0/24', worker2: '10.244.1.0/24', worker: '10.244.2.0/24' },
  kubernetes: 'v1.37.1',
}
const embedded: Facts = {
  addresses: { 'control-plane': '172.18.0.2', worker: '172.18.0.3', worker2: '172.18.0.4', laptop: '172.18.0.50' },
  podCidrs: { 'control-plane': '10.244.0.0/24', worker: '10.244.1.0/24', worker2: '10.244.2.0/24' },
  kubernetes: 'v1.37.1',
}
const lines = (output: string, facts = embedded, unordered = false) => normalise({ output, unordered }, facts)

test.each([
  [
    'addresses of nodes, Pods and Services',
    'worker 172.19.0.4 10.244.2.7 10.96.4.5 via 172.19.0.1',
    'worker 172.18.0.3 10.244.1.9 10.96.200.3 via 172.18.0.1',
  ],
  ['reversed addresses', '7.2.244.10.in-addr.arpa.', '9.1.244.10.in-addr.arpa.'],
  ['names of Pods and ReplicaSets', 'web-7c5bb95956-bcdfg', 'web-57dd4c87f5-x2k9z'],
  ['names of a ReplicaSet alone', 'replicaset.apps/web-7c5bb95956 created', 'replicaset.apps/web-57dd4c87f5 created'],
  ['ages and widths', 'web   1/1     Running   0 (12s ago)   5m3s', 'web   1/1   Running   0 (3s ago)   12s'],
  ['counts of repeated events', '  Warning  BackOff  3s (x3 over 20s)  kubelet  Back-off', '  Warning  BackOff  4s  kubelet  Back-off'],
  ['chains of endpoints and counters', ':KUBE-SEP-SXIVWICOYRO3J4NJ - [12:640]', ':KUBE-SEP-I77PXRDZVX7PMWMN - [0:0]'],
  ['links', '3: eth0@if7: <UP> link-netnsid 0', '2: eth0@if12: <UP> link-netns x'],
  ['node ports chosen at random', '80:31234/TCP', '80:30555/TCP'],
  ['writes of an EndpointSlice', 'kind: EndpointSlice\n  generation: 1', 'kind: EndpointSlice\n  generation: 2'],
  ['times', 'creationTimestamp: "2026-11-25T20:00:00Z"', 'creationTimestamp: "2026-01-02T03:04:05Z"'],
])('%s do not count', (_, first, second) => {
  expect(lines(first, kind)).toEqual(lines(second))
})

test.each([
  ['the node a Pod is on', '10.244.1.7', '10.244.2.7'],
  ['a gateway', '10.244.1.1', '10.244.1.7'],
  ['a node port that was asked for', '80:30080/TCP', '80:30081/TCP'],
  ['the address of DNS', '10.96.0.10', '10.96.0.1'],
  ['periods of probes', 'delay=0s timeout=1s period=1s', 'delay=0s timeout=1s period=10s'],
  ['restarts', 'web  1/1  Running  0  5s', 'web  1/1  Running  1 (3s ago)  5s'],
  ['indentation', '    a: b', '  a: b'],
])('%s counts', (_, first, second) => {
  expect(lines(first)).not.toEqual(lines(second))
})

test('order counts, unless there is none', () => {
  expect(lines('b\na')).not.toEqual(lines('a\nb'))
  expect(lines('b\na', embedded, true)).toEqual(lines('a\nb', embedded, true))
})

test('the lines that only one has', () => {
  expect(differingLines(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
    { side: 'first', text: 'b' },
    { side: 'second', text: 'x' },
    { side: 'second', text: 'd' },
  ])
})

const played = (run: string, output: string): Played => ({ section: 's', on: 'laptop', run, unordered: false, output })
const recording = (runtime: string, facts: Facts, all: Played[]): Recording => ({ runtime, facts, played: all, troubles: [] })

test('a difference is explained when each of its lines is, and an explanation must explain something', () => {
  const first = recording('kind', kind, [played('a', 'same'), played('b', 'x\ny'), played('c', 'only kind')])
  const second = recording('embedded', embedded, [played('a', 'same'), played('b', 'z'), played('c', '')])
  const comparison = compare(first, second)
  const why = { why: 'Because.', kind: ['[xy]'], embedded: ['z'], sometimes: false }
  const idle = { why: 'Nothing.', in: 'nowhere', kind: ['.*'], embedded: [], sometimes: false }
  const rare = { ...idle, why: 'Rarely.', sometimes: true }
  const verdict = judge(comparison.differences, [why, idle, rare])
  expect(verdict.idle).toEqual([idle])
  const outcome = { first, second, comparison, verdict, judgesIdle: true }
  expect(counts(outcome)).toEqual({ commands: 3, same: 1, explained: 1, unexplained: 1, idleExplanations: 1 })
  expect(terminalReport(outcome)).toContain('only kind')
  expect(terminalReport(outcome)).toContain('explains nothing any more: Nothing.')
  const page = markdownReport(outcome, [why, idle, rare], { Linux: '6' }, '2026-11-25')
  expect(page).toContain('| 3 | 1 | 1 | 1 |')
  expect(page).toContain('| Because. | `laptop$ b` |')
  expect(page).toContain('| Rarely. | now and then, not in this run |')
})

test('a command that is typed twice is compared with its own time', () => {
  const twice = (one: string, two: string) => [played('get', one), played('get', two)]
  const { differences } = compare(recording('kind', kind, twice('1', '2')), recording('embedded', embedded, twice('1', '3')))
  expect(differences.map(({ lines: own }) => own.map(({ text }) => text))).toEqual([['2', '3']])
})
