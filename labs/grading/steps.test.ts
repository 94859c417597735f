// Steps run in a real bash of this machine: what is tested is how scripts are fed, ended and reported.
import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { ApiRequest, LabProcess } from '../runtimes/runtime.ts'
import { step } from '../spec/scenario.ts'
import { runSteps, type StepCluster } from './steps.ts'

function localProcess(argv: string[]): LabProcess {
  const child = spawn(argv[0] as string, argv.slice(1))
  child.stdin.on('error', () => undefined) // a script that ends early closes its stdin
  return {
    onStdout: (listener) => child.stdout.on('data', listener),
    onStderr: (listener) => child.stderr.on('data', listener),
    exited: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)))),
    write: (bytes) => child.stdin.write(bytes),
    heldBytes: 0,
    taken: async () => undefined,
    end: () => child.stdin.end(),
    ack: () => undefined,
    resize: () => undefined,
    kill: (signal) => child.kill(signal),
  }
}

function localCluster(reply = { status: 200, body: {} as unknown }) {
  const seen = { argv: [] as string[][], requests: [] as ApiRequest[], applied: [] as string[] }
  const cluster: StepCluster = {
    async spawn(_target, given) {
      const argv = given === 'shell' ? ['bash', '-i'] : given
      seen.argv.push(argv)
      return localProcess(argv)
    },
    async api(request) {
      seen.requests.push(request)
      return reply
    },
    apply: async (yaml) => void seen.applied.push(yaml),
    places: async () => [{ target: { kind: 'host', name: 'partner' }, address: '192.0.2.7' }],
  }
  return { cluster, seen }
}
const steps = (...all: unknown[]) => all.map((one) => step.parse(one))
const files = new Map([
  ['solve.sh', 'test "$(cat <<X\nfrom the file\nX\n)" = "from the file"'],
  ['web.yaml', 'kind: Service'],
])

describe('bash', () => {
  it('gets its script on stdin, so that nothing of it shows in a process list', async () => {
    const { cluster, seen } = localCluster()
    await runSteps(cluster, { files }, steps({ on: 'node/worker', run: 'true' }, { script: 'solve.sh' }))
    expect(seen.argv).toEqual([
      ['bash', '-s'],
      ['bash', '-s'],
    ])
  })
  it('fails with exit code and stderr, and nothing after it runs', async () => {
    const { cluster, seen } = localCluster()
    await expect(
      runSteps(cluster, { files }, steps({ on: 'node/worker', run: 'echo no luck >&2; exit 3' }, { run: 'true' })),
    ).rejects.toMatchObject({
      code: 'command-failed',
      message: 'the step run on node/worker ended with exit code 3: no luck',
      cause: { exitCode: 3, stderr: 'no luck', argv: ['bash', '-s'] },
    })
    expect(seen.argv).toHaveLength(1)
  })
  it('stops at the first failing command, also in a pipe', async () => {
    await expect(runSteps(localCluster().cluster, { files }, steps({ run: 'false | cat\ntrue' }))).rejects.toMatchObject({
      code: 'command-failed',
    })
  })
  it('is killed when its time is up', async () => {
    await expect(runSteps(localCluster().cluster, { files }, steps({ run: 'exec sleep 30' }), { timeoutMs: 50 })).rejects.toMatchObject({
      message: 'the step run on laptop did not finish within 50 ms',
    })
  })
  it('is killed with the lab', async () => {
    const ending = new AbortController()
    const running = runSteps(localCluster().cluster, { files }, steps({ run: 'exec sleep 30' }), { signal: ending.signal })
    setTimeout(() => ending.abort(new Error('the lab ends')), 30)
    await expect(running).rejects.toThrow('the lab ends')
  })
})

describe('the API', () => {
  const patch = { patch: { resource: 'services', name: 'web', type: 'merge', body: { spec: { selector: { app: 'wbe' } } } } }
  it('is patched and applied to directly', async () => {
    const { cluster, seen } = localCluster()
    await runSteps(cluster, { files }, steps(patch, { apply: 'web.yaml' }))
    expect(seen.requests).toEqual([
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/default/services/web',
        contentType: 'application/merge-patch+json',
        body: { spec: { selector: { app: 'wbe' } } },
      },
    ])
    expect(seen.applied).toEqual(['kind: Service'])
  })
  it('is asked to delete one object', async () => {
    const { cluster, seen } = localCluster()
    await runSteps(cluster, { files }, steps({ delete: { resource: 'networkpolicies', namespace: 'shop', name: 'names' } }))
    expect(seen.requests).toEqual([{ method: 'DELETE', path: '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/names' }])
  })
  it('that refuses is a failed step with its reason', async () => {
    const { cluster } = localCluster({ status: 404, body: { message: 'services "web" not found' } })
    await expect(runSteps(cluster, { files }, steps(patch))).rejects.toMatchObject({
      code: 'command-failed',
      message: expect.stringContaining('answered 404: services "web" not found'),
    })
  })
})

it('answers go to whoever takes them', async () => {
  const given: string[][] = []
  const answer = { answer: { check: 'who', text: 'kube-proxy' } }
  await runSteps(localCluster().cluster, { files }, steps(answer), { answer: (...args) => given.push(args) })
  expect(given).toEqual([['who', 'kube-proxy']])
  await expect(runSteps(localCluster().cluster, { files }, steps(answer))).rejects.toMatchObject({ code: 'internal' })
})
