// The real kubectl against our API server. Transcripts hold what it printed against a real kube-apiserver 1.37.1; ours must print the same.
// To record them again: PODWIRE_RECORD_KUBECONFIG=<kubeconfig of a real, empty API server> npx vitest run --project integration <this file>.
// That server ran without the ServiceAccount and TaintNodesByCondition admission plugins, with AlwaysAllow and no controllers.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KubectlFixture, kubectlMissing, kubectlPath, type Outcome, startKubectlFixture } from './kubectl-fixture.ts'
import { formatTranscript, normalizeOutput, parseTranscript, type TranscriptStep } from './transcript.ts'

const folder = new URL('./transcripts/', import.meta.url).pathname
const recordWith = process.env.PODWIRE_RECORD_KUBECONFIG

/** Runs one command line of a transcript with bash, kubectl being ours. */
function runLine(command: string, cwd: string, env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('timeout', ['30', 'bash', '-c', `{ ${command}\n} 2>&1`], {
      cwd,
      env: env as unknown as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve(normalizeOutput(Buffer.concat(chunks).toString('utf8'), code ?? 128)))
  })
}

/** What every API server creates for itself. */
function seed({ store }: KubectlFixture): void {
  store.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
  })
}

describe.skipIf(kubectlMissing !== undefined)(
  `kubectl prints what it prints against kube-apiserver${kubectlMissing ? ` (skipped: ${kubectlMissing})` : ''}`,
  () => {
    for (const file of readdirSync(folder)) {
      describe(file.replace('.txt', ''), () => {
        const steps = parseTranscript(readFileSync(join(folder, file), 'utf8'))
        const recorded: TranscriptStep[] = []
        let fixture: KubectlFixture
        let env: Record<string, string>
        beforeAll(async () => {
          fixture = await startKubectlFixture()
          seed(fixture)
          symlinkSync(kubectlPath, join(fixture.folder, 'kubectl'))
          env = {
            PATH: `${fixture.folder}:${process.env.PATH}`,
            HOME: fixture.folder,
            TERM: 'dumb',
            KUBECONFIG: recordWith ?? join(fixture.folder, 'config'),
          }
        })
        afterAll(async () => {
          await fixture?.[Symbol.asyncDispose]()
          if (recordWith) writeFileSync(join(folder, file), formatTranscript(recorded))
        })
        for (const [i, { command, output }] of steps.entries()) {
          test(`${i + 1}: ${command.split('\n')[0]}`, async () => {
            const printed = await runLine(command, fixture.folder, env)
            if (recordWith) recorded.push({ command, output: printed })
            else expect(printed).toBe(output)
          })
        }
      })
    }
  },
)

const pod = (name: string, more = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { nodeName: 'worker', containers: [{ name: 'app', image: 'nginx:1.29' }] },
  ...more,
})

describe.skipIf(kubectlMissing !== undefined)('kubectl with pods that run', () => {
  let fixture: KubectlFixture
  const kubectl = (...args: Parameters<KubectlFixture['kubectl']>): Promise<Outcome> => fixture.kubectl(...args)
  const setRunning = (name: string) =>
    fixture.store.mutate(
      'pods',
      'default',
      name,
      (draft) => {
        const running = {
          state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
          ready: true,
          started: true,
          restartCount: 0,
          image: 'nginx',
          imageID: 'x',
        }
        draft.status = {
          ...draft.status,
          phase: 'Running',
          podIP: '10.244.1.5',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: draft.spec.containers.map((c: { name: string }) => ({ ...running, name: c.name })),
        }
      },
      { subresource: 'status' },
    )
  beforeAll(async () => {
    fixture = await startKubectlFixture()
    fixture.store.create('pods', pod('web-1'))
    setRunning('web-1')
    fixture.logs.set('default/web-1/app', 'one\ntwo\nthree\n')
  })
  afterAll(() => fixture?.[Symbol.asyncDispose]())

  test('exec keeps streams apart and passes the exit code', async () => {
    expect(await kubectl(['exec', 'web-1', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 3\n',
    })
  })
  test('exec -i passes two megabytes through and the end of stdin', async () => {
    const { stdout } = await kubectl(['exec', '-i', 'web-1', '--', 'wc', '-c'], { stdin: 'x'.repeat(2_000_000) })
    expect(stdout.trim()).toBe('2000000')
  })
  test('exec passes three megabytes of output', async () => {
    const { stdout } = await kubectl(['exec', 'web-1', '--', 'sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x'])
    expect(stdout.length).toBe(3_000_000)
  })
  test('exec into a container that does not run says why', async () => {
    fixture.store.create('pods', pod('young'))
    expect((await kubectl(['exec', 'young', '--', 'id'])).stderr).toBe(
      'error: container "app" in pod "young" is waiting to start: ContainerCreating\n',
    )
  })
  test('attach', async () => {
    const { stdout } = await kubectl(['attach', '-i', 'web-1'], { stdin: 'echo from attach; exit 0\n' })
    expect(stdout).toContain('from attach\n')
  })
  test('cp, there and back', async () => {
    writeFileSync(join(fixture.folder, 'there'), 'carried')
    expect((await kubectl(['cp', 'there', `web-1:${fixture.folder}/copy`])).code).toBe(0)
    expect((await kubectl(['cp', `web-1:${fixture.folder}/copy`, 'back'])).code).toBe(0)
    expect(readFileSync(join(fixture.folder, 'back'), 'utf8')).toBe('carried')
  })
  test.each([
    [['logs', 'web-1'], 'one\ntwo\nthree\n'],
    [['logs', 'web-1', '--tail=1'], 'three\n'],
    [['logs', '-f', 'web-1'], 'one\ntwo\nthree\n'],
    [['logs', 'web-1', '--limit-bytes=5'], 'one\nt'],
    [['logs', '-l', 'app=web-1', '--tail=1', '--prefix', '--ignore-errors'], '[pod/web-1/app] three\n'],
  ])('%j', async (args, expected) => {
    expect((await kubectl(args)).stdout).toBe(expected)
  })
  test('logs --previous without one', async () => {
    expect((await kubectl(['logs', 'web-1', '-p'])).stderr).toBe(
      'Error from server (BadRequest): previous terminated container "app" in pod "web-1" not found\n',
    )
  })

  test('run --rm -i waits for the pod, attaches and deletes it', async () => {
    const stop = fixture.store.watch('pods', ({ type, object }) => {
      if (type === 'ADDED' && object.metadata.name === 'tmp') {
        fixture.store.mutate('pods', 'default', 'tmp', (draft) => {
          draft.spec.nodeName = 'worker'
        })
        setRunning('tmp')
      }
      if (type === 'MODIFIED' && object.metadata.deletionGracePeriodSeconds)
        fixture.store.delete('pods', 'default', object.metadata.name, { gracePeriodSeconds: 0 })
      if (type === 'MODIFIED' && object.metadata.name === 'tmp' && object.status.phase === 'Running') {
        // what a kubelet reports when the shell has ended
        setTimeout(
          () =>
            fixture.store.mutate(
              'pods',
              'default',
              'tmp',
              (d) => {
                d.status.phase = 'Succeeded'
              },
              { subresource: 'status' },
            ),
          1500,
        )
      }
    })
    const { stdout, stderr } = await kubectl(['run', 'tmp', '--rm', '-i', '--image=busybox', '--restart=Never', '--', 'sh'], {
      stdin: 'echo hello from tmp\nexit\n',
    })
    stop()
    expect(stdout).toContain('hello from tmp')
    expect(`${stdout}${stderr}`).toContain('pod "tmp" deleted')
    expect(fixture.store.get('pods', 'default', 'tmp')).toBeUndefined()
  })

  test('port-forward carries several connections of a megabyte', async () => {
    const payload = Buffer.alloc(1_000_000, 'podwire ')
    const server = createServer((_request, response) => response.end(payload))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const forward = fixture.start(['port-forward', 'pod/web-1', `:${port}`])
    try {
      const local = await new Promise<string>((resolve, reject) => {
        let text = ''
        forward.stdout?.on('data', (chunk) => {
          text += chunk
          const found = /127\.0\.0\.1:(\d+) ->/.exec(text)
          if (found?.[1]) resolve(found[1])
        })
        forward.on('close', () => reject(new Error(`port-forward ended: ${text}`)))
      })
      const bodies = await Promise.all(
        [1, 2, 3, 4].map(async () => Buffer.from(await (await fetch(`http://127.0.0.1:${local}/`)).arrayBuffer())),
      )
      for (const body of bodies) expect(body.equals(payload)).toBe(true)
    } finally {
      forward.kill()
      server.close()
    }
  })

  test('get -w prints a row for each change; DELETED too', async () => {
    const watching = fixture.start(['get', 'configmaps', '-w', '--output-watch-events'])
    let text = ''
    watching.stdout?.on('data', (chunk) => {
      text += chunk
    })
    await expect
      .poll(() => {
        fixture.store.mutate('namespaces', undefined, 'default', () => {})
        return watching.pid !== undefined
      })
      .toBe(true)
    await delay(700)
    fixture.store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seen' }, data: { a: '1' } })
    fixture.store.mutate('configmaps', 'default', 'seen', (d) => {
      d.data.b = '2'
    })
    fixture.store.delete('configmaps', 'default', 'seen')
    await expect
      .poll(() =>
        text
          .trim()
          .split('\n')
          .slice(-3)
          .map((line) => line.split(/\s+/).slice(0, 3).join(' ')),
      )
      .toEqual(['ADDED seen 1', 'MODIFIED seen 2', 'DELETED seen 2'])
    watching.kill()
  })

  test('wait sees a change that comes later', async () => {
    fixture.store.create('pods', pod('late'))
    setTimeout(() => setRunning('late'), 500)
    expect(await kubectl(['wait', '--for=condition=Ready', 'pod/late', '--timeout=10s'])).toEqual({
      code: 0,
      stdout: 'pod/late condition met\n',
      stderr: '',
    })
  })
  test('delete waits until the pod is gone', async () => {
    setTimeout(() => fixture.store.delete('pods', 'default', 'late', { gracePeriodSeconds: 0 }), 600)
    const begun = Date.now()
    expect((await kubectl(['delete', 'pod', 'late'])).stdout).toBe('pod "late" deleted from default namespace\n')
    expect(Date.now() - begun).toBeGreaterThan(400)
  })
  test('drain evicts and waits', async () => {
    fixture.store.create('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker' } })
    const stop = fixture.store.watch('pods', ({ type, object }) => {
      if (type === 'MODIFIED' && object.metadata.deletionGracePeriodSeconds)
        fixture.store.delete('pods', 'default', object.metadata.name, { gracePeriodSeconds: 0 })
    })
    const { code, stdout } = await kubectl(['drain', 'worker', '--force', '--ignore-daemonsets'])
    stop()
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['pod/web-1 evicted', 'node/worker drained']))
  })
  test('an unknown token is refused', async () => {
    const { code, stderr } = await kubectl(['get', 'pods', '--token=wrong'])
    expect([code, stderr]).toEqual([1, 'error: You must be logged in to the server (Unauthorized)\n'])
  })
  test('a token of a service account is good', async () => {
    fixture.store.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } })
    const token = (await kubectl(['create', 'token', 'robot'])).stdout.trim()
    expect((await kubectl(['auth', 'whoami', `--token=${token}`, '-o', 'jsonpath={.status.userInfo.username}'])).stdout).toBe(
      'system:serviceaccount:default:robot',
    )
  })
})
