// kube-proxy's applier on the real store, with real iptables and conntrack in a fresh network namespace. Needs root; says so when it cannot run.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../system/clock.ts'
import { createStore } from '../api/memory-store.ts'
import type { ApiStore } from '../api/store.ts'
import { createProxyApplier, type ProxyApplier, type ProxyApplierOptions } from './applier.ts'

const tools = ['iptables-restore', 'conntrack'].filter((tool) => spawnSync(tool, ['--version']).error)
const reason = process.getuid?.() !== 0 ? 'needs root for a network namespace' : tools.length ? `needs ${tools.join(' and ')}` : undefined
let serial = 0
let namespace: string
let store: ApiStore
let commands: string[]
let errors: unknown[]
let sysctls: Record<string, string>
let proxy: ProxyApplier | undefined

const inside = (...argv: string[]): string => execFileSync('ip', ['netns', 'exec', namespace, ...argv], { encoding: 'utf8' })
const saved = (): string => inside('iptables-save')

const run: ProxyApplierOptions['run'] = (argv, stdin) =>
  new Promise((resolve, reject) => {
    commands.push(argv[0] as string)
    const child = spawn('ip', ['netns', 'exec', namespace, ...argv])
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes))
    child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }))
    child.stdin.end(stdin ?? '')
  })

function start(overrides: Partial<ProxyApplierOptions> = {}): ProxyApplier {
  proxy = createProxyApplier({
    run,
    writeSysctls: async (values) => void Object.assign(sysctls, values),
    store,
    node: { name: 'worker', ip: '172.18.0.3' },
    clusterCIDR: '10.244.0.0/16',
    clock: systemClock,
    log: {
      info: () => undefined,
      warn: (...words: unknown[]) => void errors.push(words),
      error: (...words: unknown[]) => void errors.push(words),
    },
    fresh: { restoreText: '*nat\n:KIND-MASQ-AGENT - [0:0]\n-A POSTROUTING -j KIND-MASQ-AGENT\nCOMMIT\n' },
    ...overrides,
  })
  return proxy
}

const createService = (name: string, spec: Record<string, unknown> = {}) =>
  store.create('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { ports: [{ port: 80 }], ...spec },
  })
const setEndpoints = (service: string, addresses: string[], port: Record<string, unknown> = { port: 8080 }): void => {
  const object = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${service}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [port],
  }
  if (!store.get('endpointslices', 'default', object.metadata.name)) store.create('endpointslices', object)
  else store.mutate('endpointslices', 'default', object.metadata.name, (draft) => Object.assign(draft, { endpoints: object.endpoints }))
}
/** Polls, because the thing waited for happens in the kernel by another's timer. */
async function until(condition: () => boolean, ms = 3000): Promise<void> {
  for (const end = Date.now() + ms; !condition(); await systemClock.sleep(20)) if (Date.now() > end) throw new Error('it did not happen')
}

describe.skipIf(reason !== undefined)(`kube-proxy on one node${reason ? `: skipped, ${reason}` : ''}`, () => {
  beforeEach(() => {
    namespace = `podwire-applier-${process.pid}-${serial++}`
    execFileSync('ip', ['netns', 'add', namespace])
    store = createStore()
    commands = []
    errors = []
    sysctls = {}
    createService('web')
    setEndpoints('web', ['10.244.1.10'])
  })
  afterEach(() => {
    proxy?.stop()
    proxy = undefined
    execFileSync('ip', ['netns', 'delete', namespace])
  })

  test('the first sync is one process, puts kubelet’s and the CNI’s rules below its own, and sets route_localnet', async () => {
    await start().synced(store.resourceVersion)
    expect(commands).toEqual(['iptables-restore'])
    expect(sysctls).toEqual({ 'net.ipv4.conf.all.route_localnet': '1' })
    expect(
      inside('iptables-save', '-t', 'filter')
        .match(/-A INPUT .*/g)
        ?.at(-1),
    ).toBe('-A INPUT -j KUBE-FIREWALL')
    expect(
      inside('iptables-save', '-t', 'nat')
        .match(/-A POSTROUTING .*/g)
        ?.map((rule) => rule.split(' ').at(-1)),
    ).toEqual(['KUBE-POSTROUTING', 'KIND-MASQ-AGENT'])
    expect(saved()).toContain('--to-destination 10.244.1.10:8080')
  })

  test('a change is one process more; many at once are still one; nothing is nothing', async () => {
    await start().synced(store.resourceVersion)
    for (let i = 1; i <= 20; i++) setEndpoints('web', [`10.244.1.${i}`])
    await proxy?.synced(store.resourceVersion)
    expect(commands).toEqual(['iptables-restore', 'iptables-restore'])
    expect(saved().match(/--to-destination .*/g)).toEqual(['--to-destination 10.244.1.20:8080'])
    store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other', namespace: 'default' } })
    await proxy?.synced(store.resourceVersion)
    expect(commands).toHaveLength(2)
  })

  test('a deleted Service leaves no chain behind', async () => {
    await start().synced(store.resourceVersion)
    store.delete('services', 'default', 'web')
    await proxy?.synced(store.resourceVersion)
    expect(saved()).not.toMatch(/KUBE-(SVC|SEP)-/)
  })

  test('while held nothing is written, except by resync; release catches up', async () => {
    await start().synced(store.resourceVersion)
    proxy?.hold()
    setEndpoints('web', ['10.244.1.11'])
    await proxy?.synced(store.resourceVersion)
    await systemClock.sleep(50)
    expect(saved()).toContain('10.244.1.10:8080')
    await proxy?.resync()
    expect(saved()).toContain('10.244.1.11:8080')
    setEndpoints('web', ['10.244.1.12'])
    proxy?.release()
    await proxy?.synced(store.resourceVersion)
    expect(saved()).toContain('10.244.1.12:8080')
  })

  test('a full sync puts back what was removed, drops foreign service chains, and leaves other rules alone', async () => {
    await start().synced(store.resourceVersion)
    const before = saved().replace(/#.*\n/g, '')
    inside('iptables', '-t', 'nat', '-F', 'KUBE-SERVICES')
    inside(
      'iptables',
      '-D',
      'FORWARD',
      '-m',
      'conntrack',
      '--ctstate',
      'NEW',
      '-m',
      'comment',
      '--comment',
      'kubernetes load balancer firewall',
      '-j',
      'KUBE-PROXY-FIREWALL',
    )
    inside('iptables', '-t', 'nat', '-N', 'KUBE-SVC-STALESTALESTALE1')
    await proxy?.resync()
    expect(saved().replace(/#.*\n/g, '')).toBe(before)
    inside('iptables', '-A', 'FORWARD', '-s', '10.9.9.9', '-j', 'DROP')
    await proxy?.resync()
    expect(saved()).toContain('-A FORWARD -s 10.9.9.9/32 -j DROP')
  })

  test('flushed rules come back when the canary is missed', async () => {
    await start({ canaryMs: 50 }).synced(store.resourceVersion)
    for (const table of ['nat', 'filter', 'mangle']) {
      inside('iptables', '-t', table, '-F')
      inside('iptables', '-t', table, '-X')
    }
    expect(saved()).not.toContain('KUBE-SVC-')
    await until(() => saved().includes('--to-destination 10.244.1.10:8080'))
    expect(saved().match(/:KUBE-PROXY-CANARY/g)).toHaveLength(3)
  })

  test('who flushes nat alone is not noticed, as upstream, until a full sync', async () => {
    await start({ canaryMs: 20 }).synced(store.resourceVersion)
    inside('iptables', '-t', 'nat', '-F')
    inside('iptables', '-t', 'nat', '-X')
    await systemClock.sleep(200)
    expect(saved()).not.toContain('KUBE-SVC-')
    await proxy?.resync()
    expect(saved()).toContain('--to-destination 10.244.1.10:8080')
    expect(saved()).toContain('-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES')
  })

  test('it is healthy, but for a change that has waited for a minute', async () => {
    const beginning = Date.now()
    let aheadMs = 0
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + aheadMs }
    const plans: number[] = []
    await start({ clock, onSync: (plan) => void plans.push(plan.ports.length) }).synced(store.resourceVersion)
    expect(proxy?.health().healthy).toBe(true)
    expect(proxy?.health().lastUpdated).toBeGreaterThanOrEqual(beginning)
    proxy?.hold()
    createService('late')
    aheadMs = 59_000
    expect(proxy?.health().healthy).toBe(true)
    aheadMs = 60_001
    expect(proxy?.health().healthy).toBe(false)
    proxy?.release()
    await proxy?.synced(store.resourceVersion)
    expect(proxy?.health().healthy).toBe(true)
    expect(plans).toEqual([1, 2])
  })

  test('a refused sync is logged with the kernel’s words and tried again in full', async () => {
    let refuse = true
    const flaky: ProxyApplierOptions['run'] = (argv, stdin) =>
      run(argv, argv[0] === 'iptables-restore' && refuse ? '*nat\n-A NO-SUCH-CHAIN -j ACCEPT\nCOMMIT\n' : stdin)
    const waiting = start({ run: flaky }).synced(store.resourceVersion)
    await until(() => errors.length > 0)
    expect(JSON.stringify(errors[0])).toMatch(/iptables-restore.*on worker exited \d/)
    refuse = false
    await waiting
    expect(saved()).toContain('--to-destination 10.244.1.10:8080')
  })

  test('UDP flows to a pod that is gone are forgotten, others are not', async () => {
    const udp = { name: 'dns', port: 53, protocol: 'UDP' }
    const service = createService('dns', { ports: [udp] })
    setEndpoints('dns', ['10.244.0.2', '10.244.0.3'], udp)
    await start().synced(store.resourceVersion)
    const address = service.spec.clusterIP
    const flow = (port: number, reply: string): void =>
      void inside(
        'conntrack',
        '-I',
        '-p',
        'udp',
        '-t',
        '60',
        '-s',
        '10.244.1.7',
        '-d',
        address,
        '--sport',
        String(port),
        '--dport',
        '53',
        '-r',
        reply,
        '-q',
        '10.244.1.7',
        '--reply-port-src',
        '53',
        '--reply-port-dst',
        String(port),
      )
    flow(40001, '10.244.0.2')
    flow(40002, '10.244.0.3')
    setEndpoints('dns', ['10.244.0.2', '10.244.0.4'])
    await proxy?.synced(store.resourceVersion)
    const left = inside('conntrack', '-L', '-p', 'udp')
    expect(left).toContain('sport=40001')
    expect(left).not.toContain('sport=40002')
    expect(errors).toEqual([])
  })

  test('a full sync forgets stale UDP flows, whatever left them behind', async () => {
    const udp = { name: 'dns', port: 53, protocol: 'UDP' }
    const service = createService('dns', { ports: [udp] })
    setEndpoints('dns', ['10.244.0.2'], udp)
    await start().synced(store.resourceVersion)
    const from = ['-s', '10.244.1.7', '-d', service.spec.clusterIP, '--sport', '40000', '--dport', '53']
    const back = ['-r', '10.244.0.99', '-q', '10.244.1.7', '--reply-port-src', '53', '--reply-port-dst', '40000']
    inside('conntrack', '-I', '-p', 'udp', '-t', '60', ...from, ...back)
    createService('other')
    await proxy?.synced(store.resourceVersion)
    expect(inside('conntrack', '-L', '-p', 'udp')).toContain('src=10.244.0.99')
    await proxy?.resync()
    await until(() => !inside('conntrack', '-L', '-p', 'udp').includes('src=10.244.0.99'))
  })

  test('a stopped proxy does nothing, and says so to who waits', async () => {
    await start().synced(store.resourceVersion)
    proxy?.stop()
    setEndpoints('web', ['10.244.1.99'])
    await systemClock.sleep(50)
    expect(saved()).toContain('10.244.1.10:8080')
    await expect(proxy?.synced(store.resourceVersion)).rejects.toThrow('kube-proxy on worker is stopped')
  })
})
