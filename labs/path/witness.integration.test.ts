// Witnesses in a real embedded cluster: what they see of a packet at each station, of its way through the rules, and that they leave nothing behind.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { contractHosts, contractManifest, ingressPolicy } from '../runtimes/contract-manifest.ts'
import { embeddedRuntime } from '../runtimes/embedded/runtime.ts'
import { chooseIdMapping } from '../runtimes/embedded/sandbox-recipe.ts'
import { DrivenSandbox, stageForTests } from '../runtimes/embedded/testing/driven-sandbox.ts'
import { findProcesses, makeTestUser, processesBelow } from '../runtimes/embedded/testing/machine.ts'
import { type StagedCluster, stageCluster } from '../runtimes/embedded/testing/staged-cluster.ts'
import type { Cluster } from '../runtimes/runtime.ts'
import { runIn } from '../runtimes/testing/run-in.ts'
import { silentLog } from '../system/log.ts'
import { openWitnesses, type PacketSeen, type TraceSeen, type Witness, type WitnessFilter } from './witness.ts'
import { parseWitnessLine } from './witness-lines.ts'

const labId = 'witnsses'
let staged: StagedCluster
let folder: string
let cluster: Cluster
let open: Witness[] = []

beforeAll(async () => {
  staged = await stageCluster()
  folder = await mkdtemp(join(tmpdir(), 'podwire-witness-'))
  const spec = { labId, hosts: contractHosts, privileged: false, folder }
  cluster = await embeddedRuntime({ assets: staged.assets, log: silentLog }).create(spec, {
    signal: new AbortController().signal,
    onStep: () => {},
  })
  await cluster.apply(contractManifest)
  await cluster.settled(10_000)
  for (const deadline = Date.now() + 10_000; (await podAddress('client')) === undefined || (await endpoints('far')) === 0; ) {
    if (Date.now() > deadline) throw new Error('the pods did not come up')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  await cluster.settled(10_000)
})
afterEach(async () => {
  await Promise.all(open.map((witness) => witness.end()))
  open = []
})
afterAll(async () => {
  await cluster?.destroy()
  staged?.remove()
  await rm(folder, { recursive: true, force: true })
})

const get = async (path: string) => (await cluster.api({ method: 'GET', path: `/api/v1/namespaces/default/${path}` })).body
const podAddress = async (name: string) => ((await get(`pods/${name}`)) as { status?: { podIP?: string } }).status?.podIP
const endpoints = async (name: string) => ((await get(`endpoints/${name}`)) as { subsets?: unknown[] }).subsets?.length ?? 0
const serviceAddress = async (name: string) => ((await get(`services/${name}`)) as { spec: { clusterIP: string } }).spec.clusterIP
const nodeAddress = async (name: string) =>
  (await cluster.places()).find(({ target }) => target.kind === 'node' && target.name === name)?.address as string

const run = (place: string, argv: string[], view: 'inside' | 'platform' = 'inside') => runIn(cluster, place, argv, view)
const bash = async (place: string, script: string) => (await run(place, ['bash', '-c', script])).output
const probe = async (place: string, ...argv: string[]) => (await run(place, ['podwire-probe', ...argv], 'platform')).output

let nextPort = 33_000
const freshPort = () => nextPort++

async function watch(places: string[], filter: WitnessFilter) {
  open = await openWitnesses(cluster, places, filter)
  return async () => {
    await Promise.all(open.map((witness) => witness.end()))
    for (const witness of open) {
      expect(witness.traceMissing).toBeUndefined()
      expect({ place: witness.place, lost: witness.lost, bad: witness.badLines }).toEqual({
        place: witness.place,
        lost: { packets: 0, traces: 0 },
        bad: 0,
      })
    }
    const at = (place: string) => open.find((witness) => witness.place === place) as Witness
    return { packets: (place: string) => at(place).packets, traces: (place: string) => at(place).traces }
  }
}
const pathPlaces = ['pod/client', 'node/worker', 'node/worker2', 'pod/far']
/** where a packet was seen, in short: `eth0 out` */
const stations = (packets: PacketSeen[]) => packets.map((p) => `${p.interface.replace(/^veth\w+/, 'veth')} ${p.dir}`)
const chainsOf = (traces: TraceSeen[]) => traces.map((t) => `${t.table} ${t.chain}`)
/** the kubelet's probes open connections too */
const isRequest = (port: number) => (packet: PacketSeen) => packet.proto === 'tcp' && packet.flags === 'SYN' && packet.sport === port
/** the last event about the request, of a packet that goes the request's way */
const lastOf = (traces: TraceSeen[], port: number) =>
  traces.findLast((t) => t.proto === 'tcp' && t.sport === port && t.flags === 'SYN') as TraceSeen

test('a SYN to a Service is seen at every station, and its rules on the first node', async () => {
  const [vip, far, port] = [await serviceAddress('far'), (await podAddress('far')) as string, freshPort()]
  const seen = await watch(pathPlaces, { protocol: 'tcp', port })
  expect(await probe('pod/client', 'tcp', '--host', vip, '--port', '80', '--local-port', `${port}`)).toContain('answered')
  const { packets, traces } = await seen()
  const requests = pathPlaces.map((place) => packets(place).filter(isRequest(port)))
  expect(requests.map(stations)).toEqual([['eth0 out'], ['veth in', 'eth0 out'], ['eth0 in', 'veth out'], ['eth0 in']])
  const all = requests.flat()
  // the sequence number survives the rewriting; the address changes on the first node
  expect(new Set(all.map(({ seq }) => seq)).size).toBe(1)
  expect(all.map(({ to, dport }) => `${to}:${dport}`)).toEqual([`${vip}:80`, `${vip}:80`, ...Array(4).fill(`${far}:8080`)])
  expect(all.every((packet, i) => i === 0 || packet.t >= (all[i - 1] as PacketSeen).t)).toBe(true)
  expect(all[0]).toMatchObject({ place: 'pod/client', sport: port, ttl: 64, mac: { from: expect.stringMatching(/^..:/) } })
  const reply = packets('pod/client').find(({ flags, dir }) => flags === 'SYN,ACK' && dir === 'in')
  expect(reply).toMatchObject({ from: vip, sport: 80, dport: port, ack: ((all[0]?.seq as number) + 1) % 2 ** 32 })

  const rules = traces('node/worker').filter((t) => t.sport === port && t.flags === 'SYN')
  expect(rules[0]).toMatchObject({ family: 'inet', table: 'podwire_path', chain: 'prerouting', to: vip, seq: all[0]?.seq })
  const jumps = rules.filter((t) => t.table === 'nat' && t.verdict === 'jump' && t.target?.startsWith('KUBE-S'))
  expect(jumps.map(({ chain, target }) => `${chain.slice(0, 8)} ${target?.slice(0, 8)}`)).toEqual([
    'PREROUTI KUBE-SER',
    'KUBE-SER KUBE-SVC',
    'KUBE-SVC KUBE-SEP',
  ])
  expect(jumps.every(({ handle }) => typeof handle === 'number')).toBe(true)
  const dnat = rules.find((t) => t.chain.startsWith('KUBE-SEP') && t.verdict === 'accept') as TraceSeen
  expect(await bash('node/worker', `nft -a list chain ip nat ${dnat.chain} 2>/dev/null`)).toMatch(
    new RegExp(`(dnat|DNAT).*# handle ${dnat.handle}\\n`),
  )
  const forwarded = rules.filter((t) => t.table === 'filter' && t.chain === 'FORWARD')
  expect(forwarded.at(-1)).toMatchObject({ to: far, dport: 8080, type: 'policy', verdict: 'accept', oif: 'eth0' })
  expect(chainsOf(traces('node/worker2'))).toContain('podwire_path prerouting')
})

test('a dropped SYN ends at the rule that dropped it: iptables in FORWARD, a NetworkPolicy', async () => {
  const vip = await serviceAddress('far')
  const dropped = async (node: string) => {
    const port = freshPort()
    const seen = await watch(pathPlaces, { protocol: 'tcp', port })
    const outcome = await probe('pod/client', 'tcp', '--host', vip, '--port', '80', '--local-port', `${port}`, '--timeout-ms', '200')
    expect(outcome).toContain('timeout')
    const { packets, traces } = await seen()
    expect(packets('pod/far').filter(isRequest(port))).toEqual([])
    return lastOf(traces(node), port)
  }
  await bash('node/worker', 'iptables -I FORWARD -p tcp --dport 8080 -j DROP')
  const drop = await dropped('node/worker')
  expect(drop).toMatchObject({ table: 'filter', chain: 'FORWARD', type: 'rule', verdict: 'drop', handle: expect.any(Number) })
  expect(await bash('node/worker', 'nft -a list chain ip filter FORWARD 2>/dev/null')).toMatch(
    new RegExp(`drop # handle ${drop.handle}\\n`),
  )
  await bash('node/worker', 'iptables -D FORWARD 1; iptables -P FORWARD DROP')
  expect(await dropped('node/worker')).toMatchObject({ chain: 'FORWARD', type: 'policy', policy: 'drop', verdict: 'drop' })
  await bash('node/worker', 'iptables -P FORWARD ACCEPT')

  await cluster.apply(ingressPolicy)
  await cluster.settled(10_000)
  expect(await dropped('node/worker2')).toMatchObject({ type: 'rule', verdict: 'drop', handle: expect.any(Number) })
  await cluster.api({ method: 'DELETE', path: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/far-from-near' })
  await cluster.settled(10_000)
})

test('a REJECT: the error quotes the packet that was rejected, before the trace tells of the rule', async () => {
  const [far, port] = [(await podAddress('far')) as string, freshPort()]
  await bash('node/worker2', 'iptables -I FORWARD -p tcp --dport 8080 -j REJECT')
  const seen = await watch(pathPlaces, { protocol: 'tcp', port })
  const outcome = await probe('pod/client', 'tcp', '--host', far, '--port', '8080', '--local-port', `${port}`)
  const { packets, traces } = await seen()
  await bash('node/worker2', 'iptables -D FORWARD 1')
  expect(outcome).toMatch(/refused|unreachable/)
  const errors = pathPlaces.flatMap((place) => packets(place).filter(({ icmp }) => icmp?.inner?.sport === port))
  expect(stations(errors).at(0)).toBe('eth0 in')
  expect(errors.map(({ place }) => place)).toEqual(expect.arrayContaining(['node/worker2', 'node/worker', 'pod/client']))
  const seq = packets('pod/client').find(isRequest(port))?.seq
  for (const { icmp } of errors)
    expect(icmp).toMatchObject({ type: 3, code: 3, inner: { proto: 'tcp', to: far, sport: port, dport: 8080, seq } })
  expect(lastOf(traces('node/worker2'), port)).toMatchObject({ chain: 'FORWARD', verdict: 'drop' })
  expect(traces('node/worker').some(({ icmp }) => icmp?.type === 3)).toBe(true)
})

test('UDP by its port and by its payload, ping by its payload', async () => {
  const [far, port, tag] = [(await podAddress('far')) as string, freshPort(), Buffer.from('podwire-4711')]
  let seen = await watch(pathPlaces, { protocol: 'udp', port, tag })
  const flags = ['--host', far, '--port', '8081', '--send', tag.toString(), '--local-port', `${port}`]
  await probe('pod/client', 'udp', ...flags, '--timeout-ms', '200')
  let { packets, traces } = await seen()
  for (const place of pathPlaces) expect(packets(place).filter((p) => p.proto === 'udp' && p.tag === true).length).toBeGreaterThan(0)
  expect(traces('node/worker').some((t) => t.proto === 'udp' && t.chain === 'FORWARD')).toBe(true)

  seen = await watch(pathPlaces, { protocol: 'icmp', tag })
  expect(await probe('pod/client', 'ping', '--host', far, '--tag', tag.toString('hex'))).toContain('answered')
  ;({ packets, traces } = await seen())
  const echoes = pathPlaces.map((place) => packets(place).filter((p) => p.icmp?.type === 8))
  expect(echoes.map(stations)).toEqual([['eth0 out'], ['veth in', 'eth0 out'], ['eth0 in', 'veth out'], ['eth0 in']])
  expect(echoes.flat().every((p) => p.tag === true && p.icmp?.echo?.seq === 1)).toBe(true)
  expect(traces('node/worker').some((t) => t.icmp?.type === 8 && t.chain === 'FORWARD')).toBe(true)
})

test('a request that a node masquerades is traced at its second node', async () => {
  const port = freshPort()
  const [first, second] = [await nodeAddress('worker'), await nodeAddress('worker2')]
  const filter: WitnessFilter = { protocol: 'tcp', port, masqueraded: { from: [first, second], ports: [8080] } }
  const seen = await watch(['host/partner', 'node/worker', 'node/worker2'], filter)
  expect(await probe('host/partner', 'tcp', '--host', first, '--port', '30080', '--local-port', `${port}`)).toContain('answered')
  const { packets, traces } = await seen()
  const seq = packets('host/partner').find(isRequest(port))?.seq
  expect(packets('node/worker2').find((p) => p.flags === 'SYN' && p.seq === seq)).toMatchObject({ from: first, dport: 8080 })
  expect(traces('node/worker2').some((t) => t.chain === 'FORWARD' && t.from === first && t.dport === 8080 && t.seq === seq)).toBe(true)
})

test('who asks for an address that nobody has', async () => {
  const seen = await watch(['node/worker2'], { protocol: 'tcp', port: freshPort() })
  await probe('node/worker2', 'tcp', '--host', '172.18.0.77', '--port', '80', '--timeout-ms', '100')
  const { packets } = await seen()
  const asked = packets('node/worker2').find((p) => p.arp?.target === '172.18.0.77')
  expect(asked).toMatchObject({ proto: 'arp', dir: 'out', arp: { op: 'request', ip: await nodeAddress('worker2') } })
})

test('an interface that comes while a witness watches', async () => {
  const seen = await watch(['node/worker'], { protocol: 'icmp', tag: Buffer.from('later-comer!') })
  const setUp =
    'ip link add later type veth peer name later2; ip addr add 10.99.0.1/24 dev later; ip link set later2 up; ip link set later up'
  await bash('node/worker', setUp)
  await probe('node/worker', 'ping', '--host', '10.99.0.2', '--timeout-ms', '100')
  await bash('node/worker', 'ip link del later')
  const { packets } = await seen()
  expect(stations(packets('node/worker').filter((p) => p.arp?.target === '10.99.0.2'))).toEqual(
    expect.arrayContaining(['later out', 'later2 flood']),
  )
})

test('inside vxlan: the inner packet is told, and the outer one traced', async () => {
  // a tunnel between the two workers, beside the cluster's own routes
  const tunnel = (own: number, local: string, remote: string) =>
    `ip link add tun type vxlan id 7 local ${local} remote ${remote} dstport 8472; ip addr add 10.98.0.${own}/24 dev tun; ip link set tun up`
  const [first, second, port] = [await nodeAddress('worker'), await nodeAddress('worker2'), freshPort()]
  await bash('node/worker', tunnel(1, first, second))
  await bash('node/worker2', tunnel(2, second, first))
  const seen = await watch(['node/worker', 'node/worker2'], { protocol: 'tcp', port })
  const outcome = await probe('node/worker', 'tcp', '--host', '10.98.0.2', '--port', '1', '--local-port', `${port}`)
  await bash('node/worker', 'ip link del tun')
  await bash('node/worker2', 'ip link del tun')
  expect(outcome).toContain('refused')
  const { packets, traces } = await seen()
  const arriving = packets('node/worker2').filter(isRequest(port))
  expect(stations(arriving)).toEqual(['eth0 in', 'tun in'])
  expect(arriving[0]).toMatchObject({ sport: port, to: '10.98.0.2', outer: { proto: 'vxlan', from: first, to: second } })
  expect(arriving[1]?.outer).toBeUndefined()
  const outer = traces('node/worker2').find((t) => t.proto === 'udp' && t.dport === 8472)
  expect(outer).toMatchObject({ from: first, to: second, ipid: arriving[0]?.outer?.id })
})

test('nothing is left in a place, whether its witness is ended or killed', async () => {
  const tables = () => bash('node/worker', 'nft list tables 2>/dev/null')
  const filter: WitnessFilter = { protocol: 'tcp', port: freshPort() }
  open = await openWitnesses(cluster, ['node/worker'], filter)
  expect(await tables()).toContain('inet podwire_path')
  await open[0]?.end()
  expect(await tables()).not.toContain('podwire_path')

  open = await openWitnesses(cluster, ['node/worker', 'node/worker'], filter)
  expect((await tables()).match(/inet podwire_path(_\d+)?$/gm)).toHaveLength(2)
  const ours = findProcesses(`podwire-${labId}`).flatMap(processesBelow)
  const pids = findProcesses('podwire-witness --protocol').filter((pid) => ours.includes(pid))
  expect(pids).toHaveLength(2)
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await Promise.all(open.map((witness) => witness.end()))
  expect(open.map(({ lost }) => lost)).toEqual([undefined, undefined])
  for (let i = 0; i < 20 && (await tables()).includes('podwire_path'); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(await tables()).not.toContain('podwire_path')
})

test('a place that is not there is named, and no witness stays elsewhere; an abort is told as such', async () => {
  const filter: WitnessFilter = { protocol: 'tcp', port: freshPort() }
  await expect(openWitnesses(cluster, ['node/worker', 'pod/nobody'], filter)).rejects.toMatchObject({
    code: 'sandbox-failed',
    message: expect.stringContaining('pod/nobody'),
  })
  await expect(openWitnesses(cluster, ['node/worker'], filter, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  const aborted = new AbortController()
  const opening = openWitnesses(cluster, ['node/worker'], filter, aborted.signal)
  aborted.abort(new Error('too late'))
  await expect(opening).rejects.toThrow('too late')
  expect(await bash('node/worker', 'nft list tables 2>/dev/null')).not.toContain('podwire_path')
})

test.skipIf(process.getuid?.() !== 0)(
  'a lab of an ordinary user can be watched too, with subordinate ids and with a single id',
  async () => {
    const sandboxes = await stageForTests()
    const user = makeTestUser()
    try {
      for (const mapping of [chooseIdMapping({ name: 'podwire-test', uid: user.uid }), { kind: 'single' } as const]) {
        const sandbox = DrivenSandbox.launch(sandboxes.driver, user)
        try {
          await sandbox.ask('start', { assets: sandboxes.ownedBy(user.uid, user.gid), mapping })
          await sandbox.ask('createNamespace', { name: 'worker', kind: 'node', hostname: 'worker' })
          const script = `iptables -A INPUT -p tcp --dport 9 -j REJECT; ip link set lo up
          { sleep 0.2; podwire-probe tcp --host 127.0.0.1 --port 9 --local-port 5000 >&2; } | podwire-witness --protocol tcp --port 5000`
          const { stdout } = await sandbox.ask('run', { namespace: 'worker', view: 'platform', argv: ['bash', '-c', script] })
          const lines = stdout.trim().split('\n').map(parseWitnessLine)
          expect(lines[0]).toEqual({ e: 'ready' })
          expect(lines.at(-1)).toEqual({ e: 'end', dropped: 0, traceLost: 0 })
          expect(lines).toContainEqual(expect.objectContaining({ e: 'trace', chain: 'INPUT', verdict: 'drop', sport: 5000 }))
          expect(lines).toContainEqual(expect.objectContaining({ e: 'packet', proto: 'icmp', interface: 'lo', dir: 'in' }))
        } finally {
          await sandbox.end()
        }
      }
    } finally {
      user.remove()
      sandboxes.remove()
    }
  },
)

test('eight witnesses at once', async () => {
  const places = [...pathPlaces, 'node/control-plane', 'laptop', 'host/partner', 'pod/near']
  for (let i = 0; i < 5; i++) {
    const began = performance.now()
    open = await openWitnesses(cluster, places, { protocol: 'tcp', port: freshPort() })
    const ready = performance.now()
    await Promise.all(open.map((witness) => witness.end()))
    console.log(`8 witnesses: ready after ${Math.round(ready - began)} ms, ended after ${Math.round(performance.now() - ready)} ms`)
    expect(open.map(({ lost }) => lost)).toEqual(Array(8).fill({ packets: 0, traces: 0 }))
  }
})
