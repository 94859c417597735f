// The grader's behaviour in time: rounds, flips, needs, unknowns, solved. Time is moved by hand.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LabError } from '../spec/errors.ts'
import { type Scenario, type ScenarioText, scenario, scenarioText } from '../spec/scenario.ts'
import { createManualClock } from '../system/clock.ts'
import { createGrader, type Flip, type GradeView } from './grader.ts'
import { answeredWith, createRecordedCluster, refused } from './recorded-cluster.ts'

const step = { run: 'true' }
function sample(parts: { checks?: unknown[]; guards?: unknown[]; symptom?: unknown[]; steadyMs?: number }): {
  scenario: Scenario
  text: ScenarioText
} {
  const web = { id: 'web', from: 'pod/client', http: { url: 'http://web/', status: 200 } }
  const parsed = scenario.parse({
    version: 1,
    id: 'sample',
    topic: 'dns',
    level: 'basic',
    minutes: 5,
    runtimes: ['embedded'],
    manifests: ['a.yaml'],
    fault: { inject: [step], withdraw: [step] },
    symptom: parts.symptom ?? [{ id: 'seen', from: 'pod/client', http: { url: 'http://web/', expect: 'refused' } }],
    checks: parts.checks ?? [web],
    guards: parts.guards ?? [],
    steadyMs: parts.steadyMs ?? 0,
    solution: [step],
    wrongFixes: ['a', 'b', 'c'].map((id) => ({ id, steps: [step], rejectedBy: 'web' })),
  })
  const entry = (id: string) => [id, { title: `title of ${id}`, failed: `${id} failed: {seen}` }]
  const text = scenarioText.parse({
    title: 't',
    summary: 's',
    ticket: { from: 'f', body: 'b' },
    checks: Object.fromEntries(parsed.checks.map(({ id }) => entry(id))),
    guards: Object.fromEntries(parsed.guards.map(({ id }) => entry(id))),
    hints: [],
    wrongFixes: {},
    debrief: { title: 't', body: 'b', incident: { text: 'i' } },
  })
  return { scenario: parsed, text }
}

function setUp(parts: Parameters<typeof sample>[0] = {}) {
  const clock = createManualClock()
  const cluster = createRecordedCluster()
  const flips: Flip[] = []
  const views: GradeView[] = []
  const faults: string[] = []
  const grader = createGrader({
    ...sample(parts),
    locale: 'en',
    cluster,
    clock,
    onChange(view, changed) {
      views.push(view)
      flips.push(...changed)
    },
    onFault: (id) => faults.push(id),
  })
  /** Moves time on; what was begun before is let run up to its next timer first. */
  const pass = async (ms: number) => {
    await delay(0)
    await clock.advance(ms)
    await delay(0)
  }
  return { clock, pass, cluster, grader, flips, views, faults, task: (id: string) => grader.view().tasks.find((task) => task.id === id) }
}

describe('rounds', () => {
  it('start every 250 ms and flip a check once', async () => {
    const { pass, cluster, grader, flips, task } = setUp()
    cluster.answers.probe = async () => refused
    grader.start()
    await pass(1000)
    expect(cluster.calls.probes).toHaveLength(5)
    expect(task('web')).toMatchObject({ state: 'fail', sentence: 'web failed: connection refused by 10.96.0.7 (web) after 1 ms' })
    expect(flips).toEqual([]) // that it is broken is no news
    cluster.answers.probe = async () => answeredWith(200)
    await pass(250)
    expect(task('web')).toMatchObject({ state: 'pass' })
    expect(task('web')?.sentence).toBeUndefined()
    await pass(1000)
    expect(flips).toEqual([{ id: 'web', kind: 'check', state: 'pass', seen: '10.96.0.7 (web) answered with status 200 after 1 ms' }])
    await grader.stop()
  })

  it('never overlap, and follow at once when one took longer than the pace', async () => {
    const { clock, pass, cluster, grader } = setUp()
    let running = 0
    let most = 0
    cluster.answers.probe = async () => {
      most = Math.max(most, ++running)
      await clock.sleep(400)
      running--
      return { tries: [{ outcome: 'timeout', ms: 400 }] }
    }
    grader.start()
    await pass(1600)
    expect(most).toBe(1)
    expect(cluster.calls.probes).toHaveLength(5) // at 0, 400, 800, 1200, 1600
    const stopped = grader.stop()
    await pass(400)
    await stopped
  })

  it('slow down when nobody watches and hurry when somebody comes back', async () => {
    const { pass, cluster, grader } = setUp()
    grader.setPace('alone')
    grader.start()
    await pass(1990)
    expect(cluster.calls.probes).toHaveLength(1)
    grader.setPace('watched')
    await pass(0)
    expect(cluster.calls.probes).toHaveLength(2)
    await pass(250)
    expect(cluster.calls.probes).toHaveLength(3)
    await grader.stop()
  })

  it('end with stop(), which aborts what is under way and says nothing more', async () => {
    const { pass, cluster, grader, views } = setUp()
    let aborted = false
    cluster.answers.probe = (_probe, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          aborted = true
          reject(signal.reason)
        })
      })
    grader.start()
    await pass(10)
    const before = views.length
    await grader.stop()
    expect(aborted).toBe(true)
    await pass(5000)
    expect(views).toHaveLength(before)
    expect(cluster.calls.probes).toHaveLength(1)
  })

  it('do not redraw the page when only a time differs', async () => {
    const { pass, cluster, grader, views } = setUp({
      guards: [{ id: 'never', from: 'pod/client', http: { url: 'http://web/', status: 404 } }],
    })
    let ms = 1
    cluster.answers.probe = async () => ({ tries: [{ outcome: 'answered', ms: ms++, address: '10.96.0.7', status: 200 }] })
    grader.start()
    await pass(100)
    const before = views.length
    await pass(1000)
    expect(views).toHaveLength(before)
    await grader.stop()
  })
})

describe('solved', () => {
  it('takes two good rounds, guards included', async () => {
    const { pass, cluster, grader } = setUp({ guards: [{ id: 'api', from: 'pod/client', http: { url: 'http://api/', status: 200 } }] })
    cluster.answers.probe = async (probe) => ('http' in probe && probe.http.url === 'http://api/' ? refused : answeredWith(200))
    grader.start()
    await pass(1000)
    expect(grader.view()).toMatchObject({
      solved: false,
      tasks: [{ state: 'pass' }],
      guards: [{ state: 'broken', sentence: 'api failed: connection refused by 10.96.0.7 (api) after 1 ms' }],
    })
    cluster.answers.probe = async () => answeredWith(200)
    await pass(250)
    expect(grader.view()).toMatchObject({ solved: false, guards: [{ state: 'holds' }] })
    await pass(250)
    expect(grader.view().solved).toBe(true)
    await grader.stop()
    grader.start()
    expect(grader.view()).toMatchObject({ solved: false, tasks: [{ state: 'waiting' }] })
    await grader.stop()
  })
  it('takes as long as the scenario says, from the last bad round on', async () => {
    const { pass, cluster, grader } = setUp({ steadyMs: 1000 })
    cluster.answers.probe = async () => answeredWith(200)
    grader.start()
    await pass(750)
    expect(grader.view()).toMatchObject({ solved: false, tasks: [{ state: 'pass' }] })
    cluster.answers.probe = async () => refused
    await pass(250)
    cluster.answers.probe = async () => answeredWith(200)
    await pass(1000)
    expect(grader.view().solved).toBe(false)
    await pass(500)
    expect(grader.view().solved).toBe(true)
    await grader.stop()
  })
})

describe('needs', () => {
  const web = { id: 'web', from: 'pod/client', http: { url: 'http://web/', status: 200 } }
  const source = { id: 'source', needs: ['web'], from: 'pod/client', http: { url: 'http://web/clientip', bodyMatches: '^10' } }
  it('keep a check waiting, untried, until those before it pass', async () => {
    const { pass, cluster, grader, task } = setUp({ checks: [source, web] })
    cluster.answers.probe = async () => refused
    grader.start()
    await pass(0)
    expect(task('source')).toMatchObject({ state: 'waiting' })
    expect(cluster.calls.probes.map((probe) => 'http' in probe && probe.http.url)).toEqual(['http://web/'])
    cluster.answers.probe = async () => answeredWith(200, '172.18.0.3')
    await pass(250)
    expect(task('source')).toMatchObject({ state: 'fail', seen: '10.96.0.7 (web) answered “172.18.0.3” after 1 ms' })
    await grader.stop()
  })
})

describe('what cannot be taken', () => {
  it('is unknown, not failed, and is told once to the log', async () => {
    const { pass, cluster, grader, task, faults } = setUp()
    cluster.answers.probe = () => Promise.reject(new Error('broken pipe'))
    grader.start()
    await pass(1000)
    expect(task('web')).toMatchObject({ state: 'unknown', seen: 'the probe could not be taken' })
    expect(faults).toEqual(['web'])
    await grader.stop()
  })
  it('a place that is not there is said in words', async () => {
    const { pass, cluster, grader, task, faults } = setUp()
    cluster.answers.probe = () => Promise.reject(new LabError('target-unknown', 'there is no pod client'))
    grader.start()
    await pass(0)
    expect(task('web')).toMatchObject({ state: 'unknown', seen: 'there is no pod client' })
    expect(faults).toEqual([])
    await grader.stop()
  })
  it('a runtime that hangs is given up', async () => {
    const { pass, cluster, grader, task } = setUp()
    cluster.answers.probe = () => new Promise(() => {})
    grader.start()
    await pass(1899)
    expect(task('web')?.state).toBe('waiting')
    await pass(1)
    expect(task('web')).toMatchObject({ state: 'unknown', seen: 'the runtime did not give a result in time' })
    await grader.stop()
  })
})

describe('baseline', () => {
  const uids = { id: 'uids', kube: { get: 'pods', path: '$.items[*].metadata.uid', unchanged: true } }
  it('is what unchanged compares with, and without it nothing is claimed', async () => {
    const { cluster, grader } = setUp({ guards: [uids] })
    cluster.answers.api = () => ({ status: 200, body: { items: [{ metadata: { uid: 'a' } }] } })
    expect((await grader.guards())[0]).toMatchObject({ kind: 'guard', state: 'unknown' })
    await grader.baseline()
    expect((await grader.guards())[0]).toMatchObject({ state: 'pass' })
    cluster.answers.api = () => ({ status: 200, body: { items: [] } })
    expect((await grader.guards())[0]).toMatchObject({ state: 'fail', sentence: 'uids failed: Pod changed; gone: “a”' })
  })
  it('that cannot be read is an error', async () => {
    const { cluster, grader } = setUp({ guards: [uids] })
    cluster.answers.api = () => ({ status: 500, body: {} })
    await expect(grader.baseline()).rejects.toMatchObject({ code: 'cluster-failed' })
  })
})

describe('questions', () => {
  const which = { id: 'web', question: { answer: 'kube-proxy' } }
  it('wait, fail with what was answered, and pass', async () => {
    const { pass, grader, task, flips } = setUp({ checks: [which] })
    grader.start()
    await pass(0)
    expect(task('web')).toMatchObject({ kind: 'question', state: 'waiting' })
    grader.answer('web', 'coredns')
    expect(task('web')).toMatchObject({ state: 'fail', sentence: 'web failed: you answered “coredns”' })
    grader.answer('web', 'KUBE-PROXY ')
    expect(task('web')?.state).toBe('pass')
    expect(flips.map((flip) => flip.state)).toEqual(['pass'])
    await pass(500)
    expect(grader.view().solved).toBe(true)
    expect(() => grader.answer('nope', 'x')).toThrow(/no question "nope"/)
    await grader.stop()
  })
})

describe('addresses', () => {
  it('are filled in from the cluster at the moment of the probe', async () => {
    const check = { id: 'web', from: 'pod/client', http: { url: 'http://{ip:pod/web}:8080/', bodyMatches: '^{ip:node/worker}:' } }
    const { pass, cluster, grader, task } = setUp({ checks: [check] })
    cluster.answers.api = (path) =>
      path.endsWith('/pods/web') ? { status: 200, body: { status: { podIP: '10.244.1.7' } } } : { status: 404, body: {} }
    cluster.answers.probe = async () => answeredWith(200, '172.18.0.3:4711')
    grader.start()
    await pass(0)
    expect(cluster.calls.probes[0]).toMatchObject({ http: { url: 'http://10.244.1.7:8080/', bodyMatches: '^172\\.18\\.0\\.3:' } })
    expect(task('web')?.state).toBe('pass')
    cluster.answers.api = () => ({ status: 404, body: {} })
    await pass(250)
    expect(task('web')).toMatchObject({ state: 'unknown', seen: 'pod/web has no address now' })
    await grader.stop()
  })
  it('are filled into commands too, where other braces are left to bash', async () => {
    const { cluster, grader } = setUp({ checks: [{ id: 'web', command: { on: 'node/worker', run: 'echo {ip:node/worker} {a,b}' } }] })
    const asked: unknown[] = []
    cluster.spawn = (_target, argv) => {
      asked.push(argv)
      return Promise.reject(new Error('it is enough to know what was asked'))
    }
    await grader.checks()
    expect(asked).toEqual([['bash', '-c', 'echo 172.18.0.3 {a,b}']])
  })
})
