// Every way in which making a kind cluster fails, tried: the error says what happened and where the logs are, and nothing is left behind.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../../spec/errors.ts'
import { silentLog } from '../../system/log.ts'
import { type StagedCluster, stageCluster } from '../embedded/testing/staged-cluster.ts'
import { outsideMark, type StepReport } from '../runtime.ts'
import { kindStepIds } from './create-steps.ts'
import { createEngine, type Engine } from './engine.ts'
import { type NodeName, nodeContainer } from './names.ts'
import { kindRuntime } from './runtime.ts'
import { type EngineCensus, nothing, openEngineCensus } from './testing/engine-census.ts'
import { openPrivateEngine, type PrivateEngine, whyNoPrivateEngine } from './testing/private-engine.ts'
import { importDumbNode, writeProgram } from './testing/programs.ts'
import { findKindTools, type KindTools } from './tools.ts'
import { buryKindLab } from './undertaker.ts'

let staged: StagedCluster
let folder: string
let tools: KindTools
let engine: Engine
let census: (labId: string) => Promise<EngineCensus>

beforeAll(async () => {
  staged = await stageCluster()
  folder = mkdtempSync(join(tmpdir(), 'pw-kindfail-'))
  tools = await findKindTools()
  engine = createEngine(tools.engine.name, tools.engine.program)
  census = await openEngineCensus(engine)
})
afterAll(() => {
  staged?.remove()
  rmSync(folder, { recursive: true, force: true })
})

let count = 0
const logs = () => join(folder, 'logs')

interface Attempt {
  labId: string
  /** the lab's own */
  folder: string
  error: LabError
  ms: number
  steps: StepReport[]
}

/** Makes a cluster that must not come up. */
async function fail(other: Partial<KindTools>, onStep: (step: StepReport, labId: string) => void = () => {}): Promise<Attempt> {
  count += 1
  const labId = `fail${process.pid % 1000}${count}`
  const own = join(folder, labId)
  mkdirSync(own)
  const steps: StepReport[] = []
  const runtime = kindRuntime({
    findTools: async () => ({ ...tools, ...other }),
    assets: staged.assets,
    cache: join(folder, 'cache'),
    logs: logs(),
    log: silentLog,
  })
  const startedMs = performance.now()
  const error = await runtime
    .create(
      { labId, hosts: [], privileged: false, folder: own },
      {
        signal: new AbortController().signal,
        onStep(step) {
          steps.push(step)
          onStep(step, labId)
        },
      },
    )
    .then(
      () => new Error('it came up'),
      (thrown: unknown) => thrown,
    )
  expect(error).toBeInstanceOf(LabError)
  return { labId, folder: own, error: error as LabError, ms: performance.now() - startedMs, steps }
}

/** The folder that the error names. */
function logsOf({ error, labId }: Attempt): string {
  const named = /Logs: (\S+)$/.exec(error.hint ?? '')?.[1] ?? ''
  expect(named).toBe(join(logs(), `kind-${labId}`))
  expect(readFileSync(join(named, 'kind.log'), 'utf8')).toContain(error.message.split('\n')[0]?.slice(0, 40))
  return named
}

async function expectNothingLeft({ labId, folder: own }: Attempt, look = census): Promise<void> {
  // other labs' volumes are unused for a moment when they end
  await expect.poll(() => look(labId), { timeout: 20_000, interval: 500 }).toEqual(nothing)
  expect(existsSync(join(own, outsideMark))).toBe(false)
}

const kill = (labId: string, node: NodeName) => engine.run(['kill', nodeContainer(labId, node)])

describe('kind fails at a step', () => {
  // what breaks is real: a node's container is killed while kind works in it
  it.each<[string, NodeName]>([
    ['configuration', 'worker'],
    ['control-plane', 'control-plane'],
    ['ready', 'control-plane'],
  ])('%s: a node dies', async (id, node) => {
    let killed: Promise<unknown> | undefined
    const attempt = await fail({}, (step, labId) => {
      if (step.id === id && step.state === 'running') killed ??= kill(labId, node)
    })
    await killed
    expect(attempt.error.code).toBe('cluster-failed')
    expect(attempt.error.message).toMatch(new RegExp(`Node ${node} has stopped|kind could not make the cluster|A node did not start`))
    expect(readdirSync(logsOf(attempt))).toEqual(expect.arrayContaining(['kind.log', 'nodes']))
    await expectNothingLeft(attempt)
  })

  it('nodes: one ends while kind waits for it', async () => {
    const image = 'podwire-test-dumb:1'
    importDumbNode(tools.engine.program, staged.assets, image)
    try {
      let killed: Promise<unknown> | undefined
      const attempt = await fail({ image }, (step, labId) => {
        if (step.id === 'nodes' && step.state === 'running') killed ??= killOnceThere(labId, 'worker2')
      })
      await killed
      expect(attempt.error).toMatchObject({ code: 'cluster-failed', message: expect.stringMatching(/worker2|did not start/) })
      logsOf(attempt)
      await expectNothingLeft(attempt)
    } finally {
      await engine.run(['image', 'rm', image])
    }
  })
  async function killOnceThere(labId: string, node: NodeName): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      const done = await kill(labId, node).then(
        () => true,
        () => false,
      )
      if (done) return
      await delay(100)
    }
  }

  // a kind of ours for the steps that hardly break by themselves: it makes a container as kind does, and fails
  it.each(kindStepIds.filter((id) => ['cni', 'storage', 'join'].includes(id)))('%s: it says so', async (id) => {
    const words = {
      cni: 'Installing CNI',
      storage: 'Installing StorageClass',
      join: 'Joining worker nodes',
    }[id]
    const kind = writeProgram(
      join(folder, `kind-${id}`),
      'kind',
      `[ "$1" = create ] || exit 0
docker run -d --name $4-control-plane --label io.x-k8s.kind.cluster=$4 -v /var --entrypoint /lab/bin/labinit -v ${staged.assets}:/lab:ro $(docker image ls -q podwire-host | head -1) init >/dev/null || exit 1
echo " • ${words} X  ..." >&2
echo " ✗ ${words} X " >&2
echo 'ERROR: failed to create cluster: failed to do it: exit status 1' >&2
exit 1`,
    )
    const attempt = await fail({ kind: { ...tools.kind, program: kind } })
    expect(attempt.error).toMatchObject({ code: 'cluster-failed', message: expect.stringContaining('failed to do it') })
    expect(attempt.steps.at(-1)).toMatchObject({ id, state: 'failed' })
    logsOf(attempt)
    await expectNothingLeft(attempt)
  })

  it('kind itself is killed: what it had started does not go on', async () => {
    const kind = writeProgram(
      join(folder, 'suicide'),
      'kind',
      `[ "$1" = create ] && (sleep 1.5; kill -9 $$) &\nexec ${tools.kind.program} "$@"`,
    )
    const attempt = await fail({ kind: { ...tools.kind, program: kind } })
    expect(attempt.error).toMatchObject({ code: 'cluster-failed', message: expect.stringContaining('SIGKILL') })
    await expectNothingLeft(attempt)
  })
})

describe('what a cluster needs is not there', () => {
  it('node image', async () => {
    const attempt = await fail({ image: 'localhost:1/podwire-test-missing:1' })
    expect(attempt.error).toMatchObject({
      code: 'cluster-failed',
      message: expect.stringContaining('The node image is not on this machine and could not be fetched.'),
      hint: expect.stringContaining('npx podwire kind load'),
    })
    expect(attempt.steps.at(-1)).toMatchObject({ id: 'node-image', state: 'failed' })
    logsOf(attempt)
    await expectNothingLeft(attempt)
  })

  it('port', async () => {
    const image = 'podwire-test-dumb:2'
    importDumbNode(tools.engine.program, staged.assets, image)
    // the port that kind has chosen is taken a moment before docker takes it
    const taker = "require('node:net').createServer().listen(+process.argv[1], '127.0.0.1', () => console.log('taken'))"
    const docker = writeProgram(
      join(folder, 'taken'),
      basename(tools.engine.program),
      `port=$(printf '%s\\n' "$@" | sed -n 's/^--publish=127.0.0.1:\\([0-9]*\\):6443.*/\\1/p')
if [ -n "$port" ]; then
  '${process.execPath}' -e "${taker}" "$port" >${folder}/taken/said 2>&1 & taker=$!
  until grep -q taken ${folder}/taken/said; do sleep 0.1; done
  ${tools.engine.program} "$@"; code=$?
  kill $taker; exit $code
fi
exec ${tools.engine.program} "$@"`,
    )
    try {
      const attempt = await fail({ image, engine: { ...tools.engine, program: docker } })
      expect(attempt.error).toMatchObject({ message: expect.stringContaining('A port that the cluster needs is taken.') })
      logsOf(attempt)
      await expectNothingLeft(attempt)
    } finally {
      await engine.run(['image', 'rm', image])
    }
  })
})

it('an engine that hangs while kind works: the lab fails in half a minute', async () => {
  const kind = writeProgram(join(folder, 'waits'), 'kind', '[ "$1" = create ] || exit 0\ntouch "$0.begun"\nexec sleep 300')
  const docker = writeProgram(
    join(folder, 'hangs'),
    basename(tools.engine.program),
    `[ -e ${kind}.begun ] && exec sleep 300\nexec ${tools.engine.program} "$@"`,
  )
  const attempt = await fail({ engine: { ...tools.engine, program: docker }, kind: { ...tools.kind, program: kind } })
  expect(attempt.ms).toBeLessThan(40_000)
  expect(attempt.error).toMatchObject({
    code: 'cluster-failed',
    message: expect.stringMatching(/container engine .* stopped, or hangs: .*was not done within/),
  })
  logsOf(attempt)
  // the reaper looks for the mark
  expect(existsSync(join(attempt.folder, outsideMark))).toBe(true)
  await buryKindLab(attempt.labId)
  await expect.poll(() => census(attempt.labId)).toEqual(nothing)
})

const whyNot = whyNoPrivateEngine()
if (whyNot) console.warn(`skipped: ${whyNot}`)

describe.skipIf(whyNot)('docker itself', () => {
  const image = 'podwire-test-dumb:3'
  let own: PrivateEngine
  let other: Partial<KindTools>
  let look: typeof census
  beforeAll(async () => {
    own = await openPrivateEngine()
    importDumbNode(own.program, staged.assets, image)
    other = { image, engine: { name: 'docker', program: own.program, version: '' } }
    look = await openEngineCensus(createEngine('docker', own.program))
  })
  afterAll(() => own?.close())

  it('its disk is full', async () => {
    // everything but the nodes is there
    await kindImages()
    own.fillDisk(100)
    try {
      const attempt = await fail(other)
      expect(attempt.error).toMatchObject({
        message: expect.stringContaining('The disk of the container engine is full.'),
        hint: expect.stringMatching(/docker system df.*Logs: /),
      })
      await expectNothingLeft(attempt, look)
    } finally {
      own.fillDisk(200_000)
    }
  })
  /** Makes the image of the hosts, so that it is not this that finds no room. */
  async function kindImages(): Promise<void> {
    const kind = writeProgram(join(folder, 'nothing'), 'kind', 'exit 1')
    await fail({ ...other, kind: { ...tools.kind, program: kind } })
  }

  it('it stops: the lab fails soon, and what is left goes when it is back', async () => {
    let stoppedAtMs = 0
    let stopped: Promise<void> | undefined
    const attempt = await fail(other, (step) => {
      if (step.id === 'nodes' && step.state === 'running')
        stopped ??= delay(3000).then(() => {
          stoppedAtMs = performance.now()
          return own.stop()
        })
    })
    const lateMs = performance.now() - stoppedAtMs
    await stopped
    expect(attempt.error).toMatchObject({
      code: 'cluster-failed',
      message: expect.stringContaining('The container engine (docker) stopped'),
    })
    expect(lateMs).toBeLessThan(30_000)
    logsOf(attempt)
    expect(existsSync(join(attempt.folder, outsideMark))).toBe(true)
    await own.start()
    await withDocker(own.program, () => buryKindLab(attempt.labId))
    expect(await look(attempt.labId)).toEqual(nothing)
  })
})

/** The undertaker finds its engine by itself. */
async function withDocker(program: string, work: () => Promise<void>): Promise<void> {
  const before = process.env.PATH
  process.env.PATH = `${join(program, '..')}:${before}`
  await work().finally(() => {
    process.env.PATH = before
  })
}

it('logs of the newest ten are kept', async () => {
  const kind = writeProgram(join(folder, 'no'), 'kind', 'exit 1')
  const attempts: Attempt[] = []
  for (let n = 0; n < 11; n++) attempts.push(await fail({ kind: { ...tools.kind, program: kind } }))
  expect(readdirSync(logs()).sort()).toEqual(
    attempts
      .slice(1)
      .map(({ labId }) => `kind-${labId}`)
      .sort(),
  )
})
