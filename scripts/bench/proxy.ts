// Our kube-proxy beside upstream's, on the same Services from the same API server: the first sync, and a sync after one endpoint changed.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore } from '../../labs/cluster/api/memory-store.ts'
import { createApiServer } from '../../labs/cluster/api/server.ts'
import type { ApiStore } from '../../labs/cluster/api/store.ts'
import { createProxyApplier, type ProxyApplierOptions } from '../../labs/cluster/proxy/applier.ts'
import { systemClock } from '../../labs/system/clock.ts'
import { nextSyncMs, obtainKubeProxy, startKubeProxy } from './kube-proxy.ts'
import { median, ms, type Row } from './numbers.ts'

const sizes = [100, 1000, 10_000]
const changesEach = 5
const nodeAddress = '172.18.0.3'
const gateway = '169.254.77.1'
const rivalAddress = '169.254.77.2'
const token = 'bench'

const clusterIP = (i: number) => `10.96.${8 + (i >> 8)}.${i & 255}`
const podIP = (i: number) => `10.244.${i >> 8}.${i & 255}`
const serviceName = (i: number) => `web-${i}`

function slice(i: number, addresses: string[]) {
  const metadata = { name: `${serviceName(i)}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': serviceName(i) } }
  const endpoints = addresses.map((address) => ({ addresses: [address], conditions: { ready: true } }))
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata, addressType: 'IPv4', endpoints, ports: [{ port: 8080 }] }
}

function fill(store: ApiStore, services: number): void {
  store.create('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker' } })
  store.mutate('nodes', undefined, 'worker', (node) =>
    Object.assign(node, { status: { addresses: [{ type: 'InternalIP', address: nodeAddress }] } }),
  )
  for (let i = 0; i < services; i++) {
    const metadata = { name: serviceName(i), namespace: 'default' }
    store.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { clusterIP: clusterIP(i), ports: [{ port: 80, targetPort: 8080 }] },
    })
    store.create('endpointslices', slice(i, [podIP(2 * i), podIP(2 * i + 1)]))
  }
}

/** One endpoint of the first Service is another from now on. */
const change = (store: ApiStore, round: number) =>
  store.mutate('endpointslices', 'default', slice(0, []).metadata.name, (draft) =>
    Object.assign(draft, { endpoints: slice(0, [podIP(1), `10.244.255.${round + 1}`]).endpoints }),
  )

function makeNamespace(name: string): void {
  execFileSync('ip', ['netns', 'add', name])
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  execFileSync('ip', ['-n', name, 'addr', 'add', `${nodeAddress}/32`, 'dev', 'lo'])
}

const runIn =
  (namespace: string): ProxyApplierOptions['run'] =>
  (argv, stdin) =>
    new Promise((resolve, reject) => {
      const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, ...argv])
      const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
      child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes))
      child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes))
      child.on('error', reject)
      child.on('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }))
      child.stdin.on('error', () => {}) // it may end before it has read everything; its exit code says why
      child.stdin.end(stdin ?? '')
    })

const absent = (): never => {
  throw new Error('there are no Pods here')
}
/** kube-proxy asks for none of these. */
const noStreams = { exec: absent, attach: absent, logs: absent, portForward: absent }

interface Times {
  first: number
  changes: number[]
}

async function timeOurs(store: ApiStore, namespace: string): Promise<Times> {
  let fail: (...words: unknown[]) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    fail = (...words) => reject(new Error(`our kube-proxy: ${JSON.stringify(words)}`))
  })
  failed.catch(() => {})
  const began = performance.now()
  const proxy = createProxyApplier({
    run: runIn(namespace),
    writeSysctls: async () => {},
    store,
    node: { name: 'worker', ip: nodeAddress },
    clusterCIDR: '10.244.0.0/16',
    clock: systemClock,
    log: { info: () => {}, warn: fail, error: fail },
    canaryMs: 3_600_000,
  })
  const synced = () => Promise.race([proxy.synced(store.resourceVersion), failed])
  await synced()
  const first = performance.now() - began
  const changes: number[] = []
  for (let round = 0; round < changesEach; round++) {
    const start = performance.now()
    change(store, round)
    await synced()
    changes.push(performance.now() - start)
  }
  proxy.stop()
  return { first, changes }
}

async function timeRival(store: ApiStore, namespace: string, binary: string, folder: string, kubeconfig: string): Promise<Times> {
  const proxy = await startKubeProxy({ binary, folder, namespace, address: rivalAddress, kubeconfig })
  try {
    const first = await nextSyncMs(proxy, 'full', { seconds: 0, count: 0 })
    const changes: number[] = []
    for (let round = 0; round < changesEach; round++) {
      const before = await proxy.syncs('partial')
      change(store, round)
      changes.push(await nextSyncMs(proxy, 'partial', before))
    }
    return { first, changes }
  } finally {
    await proxy.stop()
  }
}

/**
 * The service rules in a namespace, in an order of their own; kubelet's and our own jumps are not compared. Nor are chains that nothing leads to: with
 * more than 1,000 endpoints upstream leaves them until its next clean-up, ours are gone at once.
 */
function serviceRules(namespace: string): string[] {
  const saved = execFileSync('nsenter', [`--net=/run/netns/${namespace}`, 'iptables-save', '-t', 'nat'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const rules = saved.split('\n').filter((line) => /^-A KUBE-(SVC|SEP|SERVICES|NODEPORTS|MARK-MASQ|POSTROUTING)/.test(line))
  const targets = new Set(rules.map((line) => / -j (KUBE-SEP-\w+)/.exec(line)?.[1]))
  return rules.filter((line) => !line.startsWith('-A KUBE-SEP-') || targets.has(line.split(' ')[1])).sort()
}

function compare(ours: string, theirs: string): number {
  const [mine, upstream] = [serviceRules(ours), serviceRules(theirs)]
  const known = new Set(upstream)
  const odd = mine.filter((line) => !known.has(line))
  if (odd.length > 0 || mine.length !== upstream.length)
    throw new Error(
      `The rules differ: ${mine.length} of ours, ${upstream.length} of upstream's, e.g. ${odd[0] ?? 'one that only upstream has'}`,
    )
  return mine.length
}

function serve(store: ReturnType<typeof createStore>, folder: string) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=bench']
  execFileSync('openssl', [...request, '-addext', `subjectAltName=IP:${gateway}`, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const read = (file: string) => readFileSync(file, 'utf8')
  return {
    certificate: read(cert),
    server: createApiServer({
      store,
      streams: noStreams,
      tls: { cert: read(cert), key: read(key) },
      tokens: { [token]: { username: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] } },
    }),
  }
}

async function measure(services: number, binary: string, folder: string): Promise<{ ours: Times; theirs: Times; rules: number }> {
  const [ours, theirs] = [`podwire-bench-${process.pid}-o`, `podwire-bench-${process.pid}-u`]
  const store = createStore()
  fill(store, services)
  const { server, certificate } = serve(store, folder)
  const link = `pwb${process.pid}`
  try {
    makeNamespace(ours)
    makeNamespace(theirs)
    execFileSync('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'api', 'netns', theirs])
    execFileSync('ip', ['addr', 'add', `${gateway}/30`, 'dev', link])
    execFileSync('ip', ['link', 'set', link, 'up'])
    execFileSync('ip', ['-n', theirs, 'addr', 'add', `${rivalAddress}/30`, 'dev', 'api'])
    execFileSync('ip', ['-n', theirs, 'link', 'set', 'api', 'up'])
    const { port } = await server.listen({ host: gateway, port: 0 })
    const kubeconfig = join(folder, 'kubeconfig')
    const cluster = { server: `https://${gateway}:${port}`, 'certificate-authority-data': Buffer.from(certificate).toString('base64') }
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name: 'bench', cluster }],
        users: [{ name: 'bench', user: { token } }],
        contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
        'current-context': 'bench',
      }),
    )
    const mine = await timeOurs(store, ours)
    const upstream = await timeRival(store, theirs, binary, folder, kubeconfig)
    return { ours: mine, theirs: upstream, rules: compare(ours, theirs) }
  } finally {
    await server.close()
    execFileSync('ip', ['netns', 'delete', theirs]) // the veth ends with it
    execFileSync('ip', ['netns', 'delete', ours])
  }
}

function row(what: string, ours: number, theirs: number): Row {
  const ratio = theirs / ours
  return {
    what,
    value: `${ms(ours)}; upstream ${ms(theirs)}: ${ratio.toFixed(1)} times as long`,
    numbers: { oursMs: Math.round(ours), upstreamMs: Math.round(theirs), ratio: Math.round(ratio * 100) / 100 },
  }
}

/** Ours is timed from the change in the store to the return of iptables-restore, upstream by its own metric of a sync alone: waiting is not counted. */
export async function proxy(): Promise<Row[]> {
  if (process.getuid?.() !== 0) throw new Error('This benchmark makes network namespaces: run it as root.')
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'))
  const binary = await obtainKubeProxy(folder)
  const rows: Row[] = []
  for (const services of sizes) {
    const { ours, theirs, rules } = await measure(services, binary, folder)
    rows.push(row(`${services} Services (${rules} nat rules in use, the same on both): first sync`, ours.first, theirs.first))
    rows.push(row(`${services} Services: one endpoint changed, median of ${changesEach}`, median(ours.changes), median(theirs.changes)))
  }
  return rows
}
