// Every CNI shape in a real cluster: packets get where they belong with the addresses they should have, and the agent mends what it owns.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cniShapes } from '../../spec/scenario.ts'
import { parseTarget } from '../../spec/target.ts'
import { silentLog } from '../../system/log.ts'
import { contractHosts, contractManifest } from '../contract-manifest.ts'
import type { Cluster } from '../runtime.ts'
import { embeddedRuntime } from './runtime.ts'
import { type StagedCluster, stageCluster } from './testing/staged-cluster.ts'

let staged: StagedCluster
beforeAll(async () => {
  staged = await stageCluster()
})
afterAll(() => staged?.remove())

/** Everything the CNI has made of a node; counters and what a kernel numbers by itself left out. */
const nodeState = `ip -o addr show scope global | cut -d: -f2- | sort; ip route; ip neigh show nud permanent | sort; bridge fdb show | grep dst | sort
iptables-save | sed -nE '/FLANNEL|KIND-MASQ|cali/p; /^\\*/p'; sysctl -a 2>/dev/null | grep -E 'bridge-nf-call-ip|cali.*proxy_arp'`

describe.each(cniShapes)('%s', (cni) => {
  let folder: string
  let cluster: Cluster
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podwire-shape-'))
    const spec = { labId: 'cnishape', hosts: contractHosts, cni, privileged: false, folder }
    cluster = await embeddedRuntime({ assets: staged.assets, log: silentLog }).create(spec, {
      signal: new AbortController().signal,
      onStep: () => {},
    })
    await cluster.apply(contractManifest)
    await cluster.settled(10_000)
  })
  afterAll(async () => {
    await cluster?.destroy()
    await rm(folder, { recursive: true, force: true })
  })

  async function run(target: string, script: string): Promise<string> {
    const process = await cluster.spawn(parseTarget(target), ['bash', '-c', script])
    let output = ''
    const take = (bytes: Buffer) => {
      output += bytes.toString('utf8')
      process.ack(bytes.length)
    }
    process.onStdout(take)
    process.onStderr(take)
    process.end()
    await process.exited
    return output
  }
  const addressOf = async (name: string) => {
    const { body } = await cluster.api({ method: 'GET', path: `/api/v1/namespaces/default/pods/${name}` })
    return (body as { status: { podIP: string } }).status.podIP
  }
  const get = (from: string, url: string, times = 1) =>
    cluster.probe({ from, http: { url, method: 'GET', headers: {}, expect: 'answered' }, times, timeoutMs: 1000 })
  const bodies = async (from: string, url: string, times = 1) =>
    (await get(from, url, times)).tries.map(({ outcome, body }) => (outcome === 'answered' ? body?.trim() : outcome))

  test('pods reach pods as themselves, on their node and on the other', async () => {
    const client = await addressOf('client')
    for (const name of ['near', 'far'])
      expect(await bodies('pod/client', `http://${await addressOf(name)}:8080/clientip`)).toEqual([expect.stringMatching(`^${client}:`)])
    const far = await addressOf('far')
    expect(await bodies('pod/far', `http://${await addressOf('near')}:8080/clientip`)).toEqual([expect.stringMatching(`^${far}:`)])
  })

  test('Services answer by name, from the same node too, and a pod reaches itself through its own', async () => {
    const client = await addressOf('client')
    expect(await bodies('pod/client', 'http://near/clientip', 5)).toEqual(Array(5).fill(expect.stringMatching(`^${client}:`)))
    expect(await bodies('pod/client', 'http://web/hostname', 20)).toEqual(Array(20).fill(expect.stringMatching(/^web-/)))
    expect(await bodies('pod/near', 'http://near.default/hostname', 5)).toEqual(Array(5).fill('near'))
  })

  test('nodes reach pods of other nodes, and outsiders see the node', async () => {
    expect(await bodies('node/control-plane', `http://${await addressOf('far')}:8080/hostname`)).toEqual(['far'])
    expect(await bodies('pod/client', 'http://172.18.0.100:8080/clientip')).toEqual([expect.stringMatching(/^172\.18\.0\.3:/)])
    expect(await bodies('laptop', 'http://172.18.0.3:30080/hostname')).toEqual(['far'])
  })

  test('a resync changes nothing that is right, and mends what is not', async () => {
    const before = await run('node/worker', nodeState)
    await cluster.resync()
    expect(await run('node/worker', nodeState)).toBe(before)
    await run(
      'node/worker',
      'ip route del 10.244.2.0/24; ip link del flannel.1; for chain in FLANNEL-POSTRTG KIND-MASQ-AGENT cali-nat-outgoing; do iptables -t nat -F $chain; done',
    )
    await cluster.resync()
    expect(await run('node/worker', nodeState)).toBe(before)
    expect(await bodies('pod/client', 'http://web/hostname', 5)).toEqual(Array(5).fill(expect.stringMatching(/^web-/)))
  })

  // kindnet's agent is no process of the node's
  if (cni === 'kindnet') return
  test("the agent's process is on the node: stopped it does nothing, and one that starts or goes on repairs", async () => {
    const agent = cni === 'calico' ? 'calico' : 'flannel'
    const damage = 'iptables -t nat -F FLANNEL-POSTRTG; iptables -t nat -F cali-nat-outgoing'
    const before = await run('node/worker', nodeState)
    const repaired = () => expect.poll(() => run('node/worker', nodeState), { timeout: 5000 }).toBe(before)
    const state = () => run('node/worker', `ps -o stat= -C ${agent === 'calico' ? 'calico-node' : 'flanneld'} | cut -c1`)
    await cluster.hold([{ agent, node: 'worker' }])
    await expect.poll(state).toBe('T\n')
    await run('node/worker', damage)
    await run('node/worker', 'pkill -CONT "flanneld|calico-node"')
    await repaired()
    await cluster.hold([{ agent, node: 'worker' }])
    await run('node/worker', damage)
    await run('node/worker', 'pkill -KILL "flanneld|calico-node"')
    await repaired()
    await expect.poll(state, { timeout: 5000 }).toBe('S\n')
  })
})
