// Loads rendered policies with the real nft on a real node namespace with four pods and an outside host, and compares what connections come to with
// evaluatePolicy. Needs root, nft and a C compiler (for the prober and the workload); says so when it cannot run.
import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseProbeOutput } from '../../system/prober.ts'
import { evaluatePolicy, type PolicyEnd } from './evaluate.ts'
import type { LabelSelector, PolicyObject, PolicyPeer, PolicyPort } from './objects.ts'
import { renderNetworkPolicies } from './render.ts'
import { sampleNamespace, samplePod } from './samples.ts'

const missing = (program: string) => spawnSync(program, ['--version']).error !== undefined
const reason =
  process.getuid?.() !== 0 ? 'needs root for network namespaces' : ['nft', 'ip', 'cc'].filter(missing).map((p) => `needs ${p}`)[0]

const prefix = `pwpol${process.pid}`
const router = `${prefix}-node`
const outside = { ip: '172.18.0.99' }
const pods = [
  samplePod('shop/web', '10.244.1.2', { app: 'web', tier: 'front' }, { ports: [{ name: 'http', containerPort: 8080 }] }),
  samplePod('shop/client', '10.244.1.3', { app: 'client' }, { ports: [{ name: 'http', containerPort: 9090 }] }),
  samplePod('data/db', '10.244.1.4', { app: 'db', tier: 'back' }, { ports: [{ name: 'http', containerPort: 8080 }] }),
  samplePod('data/api', '10.244.1.5', { app: 'api', tier: 'front' }, { ports: [{ name: 'echo', containerPort: 8081, protocol: 'UDP' }] }),
]
const namespaces = [sampleNamespace('shop', { team: 'a' }), sampleNamespace('data')]
const targets = [
  { protocol: 'TCP', port: 8080 },
  { protocol: 'TCP', port: 9090 },
  { protocol: 'UDP', port: 8081 },
]

/** mulberry32: the same cases in every run */
function seeded(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T
  const list = <T>(make: () => T, least: number, most: number): T[] =>
    Array.from({ length: least + Math.floor(next() * (most - least + 1)) }, make)
  return { pick, list }
}

function randomPolicies(seed: number): PolicyObject[] {
  const { pick, list } = seeded(seed)
  const podSelector = (): LabelSelector =>
    pick<LabelSelector>([
      {},
      { matchLabels: { app: pick(['web', 'client', 'db', 'api']) } },
      { matchLabels: { tier: 'front' } },
      { matchExpressions: [{ key: 'app', operator: pick(['In', 'NotIn']), values: ['web', 'db'] }] },
      { matchExpressions: [{ key: 'tier', operator: pick(['Exists', 'DoesNotExist']) }] },
    ])
  const namespaceSelector = (): LabelSelector =>
    pick<LabelSelector>([{}, { matchLabels: { team: 'a' } }, { matchLabels: { 'kubernetes.io/metadata.name': 'data' } }])
  const peer = (): PolicyPeer =>
    pick<() => PolicyPeer>([
      () => ({ podSelector: podSelector() }),
      () => ({ namespaceSelector: namespaceSelector() }),
      () => ({ podSelector: podSelector(), namespaceSelector: namespaceSelector() }),
      () => ({ ipBlock: { cidr: '10.244.1.0/29', except: ['10.244.1.4/31', '10.244.1.4/32'] } }),
      () => ({ ipBlock: pick([{ cidr: '0.0.0.0/0' }, { cidr: '172.18.0.7/16' }, { cidr: '10.244.1.3/32' }]) }),
    ])()
  const port = (): PolicyPort =>
    pick<PolicyPort>([
      { port: 8080 },
      { port: 'http' },
      { protocol: 'UDP', port: 'echo' },
      { protocol: 'UDP', port: 8000, endPort: 8081 },
      { protocol: 'TCP' },
      { port: 8080, endPort: 9090 },
    ])
  return list(
    () => ({
      metadata: { name: `p${seed}-${pick(['a', 'b', 'c', 'd'])}`, namespace: pick(['shop', 'data']) },
      spec: {
        podSelector: podSelector(),
        policyTypes: pick([['Ingress'], ['Egress'], ['Ingress', 'Egress']]),
        ingress: list(() => ({ from: list(peer, 0, 2), ports: list(port, 0, 2) }), 0, 2),
        egress: list(() => ({ to: list(peer, 0, 2), ports: list(port, 0, 2) }), 0, 2),
      },
    }),
    1,
    3,
  )
}

const ip = (batch: string) => execFileSync('ip', ['-batch', '-'], { input: batch })
const inside = (namespace: string, argv: string[]) => ['netns', 'exec', namespace, ...argv]
const namespaceOf = (end: PolicyEnd) => ('pod' in end ? `${prefix}-${end.pod.metadata.name}` : `${prefix}-outside`)
const addressOf = (end: PolicyEnd) => ('pod' in end ? (end.pod.status?.podIP as string) : end.ip)

describe.skipIf(reason !== undefined)(`real nft${reason ? `: skipped, ${reason}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'podwire-policy-'))
  const servers: ChildProcess[] = []
  const ends: PolicyEnd[] = [...pods.map((pod) => ({ pod })), outside]

  /** Whether a connection from one end to the other is answered within 150 ms. */
  async function observe(from: PolicyEnd, to: PolicyEnd, { protocol, port }: { protocol: string; port: number }): Promise<boolean> {
    const send = protocol === 'UDP' ? ['--send', 'hostname'] : []
    const probe = [join(folder, 'podwire-probe'), protocol.toLowerCase(), '--host', addressOf(to), '--port', `${port}`, ...send]
    const { stdout } = await promisify(execFile)('ip', inside(namespaceOf(from), [...probe, '--timeout-ms', '150']))
    return parseProbeOutput(Buffer.from(stdout)).tries[0]?.outcome === 'answered'
  }
  const load = (text: string) => execFileSync('ip', inside(router, ['nft', '-f', '-']), { input: text })

  beforeAll(async () => {
    const native = new URL('../../system/native/', import.meta.url).pathname
    for (const program of ['probe', 'workload']) {
      const sources = readdirSync(native).filter((f) => f.startsWith(program) && f.endsWith('.c'))
      execFileSync('cc', ['-O1', '-static', ...sources.map((f) => join(native, f)), '-o', join(folder, `podwire-${program}`)])
    }
    ip([router, ...ends.map(namespaceOf)].map((n) => `netns add ${n}\n`).join(''))
    execFileSync('ip', inside(router, ['sysctl', '-qw', 'net.ipv4.ip_forward=1']))
    for (const [i, end] of ends.entries()) {
      const space = namespaceOf(end)
      // ptp links as kindnet lays them: the node's end has the gateway's /32 and a host route to the pod
      ip(`link add v${i} netns ${router} type veth peer name eth0 netns ${space}\n`)
      execFileSync('ip', ['-n', space, '-batch', '-'], {
        input: `link set lo up\naddr add ${addressOf(end)}/32 dev eth0\nlink set eth0 up\nroute add 10.244.1.1 dev eth0\nroute add default via 10.244.1.1 dev eth0\n`,
      })
      execFileSync('ip', ['-n', router, '-batch', '-'], {
        input: `addr add 10.244.1.1/32 dev v${i}\nlink set v${i} up\nroute add ${addressOf(end)} dev v${i}\n`,
      })
      const serve = (...flags: string[]) =>
        servers.push(spawn('ip', inside(space, [join(folder, 'podwire-workload'), 'agnhost', 'netexec', ...flags]), { stdio: 'ignore' }))
      serve('--http-port=8080', '--udp-port=8081')
      serve('--http-port=9090', '--udp-port=-1')
    }
    const deadline = Date.now() + 10_000
    for (const end of ends)
      for (const target of targets)
        while (!(await observe(ends[0] as PolicyEnd, end, target)) && Date.now() < deadline) await new Promise((r) => setTimeout(r, 50))
  })
  afterAll(() => {
    for (const server of servers) server.kill('SIGKILL')
    ip([router, ...ends.map(namespaceOf)].map((n) => `netns delete ${n}\n`).join(''))
    rmSync(folder, { recursive: true })
  })

  const seeds = Array.from({ length: 24 }, (_, i) => i + 1)
  test.each(seeds)('random policies %i: every pair and port ends as evaluatePolicy says', async (seed) => {
    const policies = randomPolicies(seed)
    load(renderNetworkPolicies({ node: 'worker', policies, pods, namespaces }))
    // a datagram from a port that an earlier probe had would pass as that one's connection
    execFileSync('ip', inside(router, ['conntrack', '-F']), { stdio: 'ignore' })
    const cases = ends.flatMap((from) =>
      ends.filter((to) => to !== from && 'pod' in to).flatMap((to) => targets.map((target) => ({ from, to, target }))),
    )
    const seen = await Promise.all(
      cases.map(async ({ from, to, target }) => ({
        what: `${addressOf(from)} → ${addressOf(to)} ${target.protocol} ${target.port}`,
        allowed: await observe(from, to, target),
      })),
    )
    const wanted = cases.map(({ from, to, target }, i) => ({
      what: seen[i]?.what,
      allowed: evaluatePolicy({ policies, pods, namespaces }, from, to, target).allowed,
    }))
    expect(seen, JSON.stringify(policies)).toEqual(wanted)
  })

  test('the random cases hold both verdicts in fair number', () => {
    const verdicts = seeds.flatMap((seed) =>
      pods.flatMap((a) =>
        pods.map(
          (b) => evaluatePolicy({ policies: randomPolicies(seed), pods, namespaces }, { pod: a }, { pod: b }, targets[0] as never).allowed,
        ),
      ),
    )
    const share = verdicts.filter(Boolean).length / verdicts.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.8)
  })

  test("the node's own packets reach a pod that is closed to everybody, an established connection survives the new table", async () => {
    const [web, client] = ends as [PolicyEnd, PolicyEnd]
    load(renderNetworkPolicies({ node: 'worker', policies: [], pods, namespaces }))
    const url = `http://${addressOf(web)}:8080`
    const session = spawn(
      'ip',
      inside(namespaceOf(client), [
        'bash',
        '-c',
        `exec 3<>/dev/tcp/${addressOf(web)}/8080; echo open; read -r; printf 'GET /hostname HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -1 <&3`,
      ]),
    )
    let text = ''
    session.stdout.on('data', (bytes: Buffer) => {
      text += bytes
    })
    while (!text.includes('open')) await new Promise((r) => setTimeout(r, 10))
    const deny = { metadata: { name: 'deny', namespace: 'shop' }, spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } }
    load(renderNetworkPolicies({ node: 'worker', policies: [deny], pods, namespaces }))
    session.stdin.end('go\n')
    await new Promise((resolve) => session.once('close', resolve))
    expect(text).toContain('200 OK')
    expect(await observe(client, web, { protocol: 'TCP', port: 8080 })).toBe(false)
    const probe = [join(folder, 'podwire-probe'), 'http', '--url', `${url}/hostname`]
    const { stdout } = await promisify(execFile)('ip', inside(router, probe))
    expect(parseProbeOutput(Buffer.from(stdout)).tries[0]).toMatchObject({ outcome: 'answered', status: 200 })
  })
})
