// The map of a real embedded cluster: it is what `ip` shows in every place, it follows what changes there, and it runs only while somebody looks.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { viewTargets } from '../labd/targets.ts'
import { contractHosts, contractManifest } from '../runtimes/contract-manifest.ts'
import { embeddedRuntime } from '../runtimes/embedded/runtime.ts'
import { type StagedCluster, stageCluster } from '../runtimes/embedded/testing/staged-cluster.ts'
import type { Cluster } from '../runtimes/runtime.ts'
import type { MapPlace } from '../spec/map.ts'
import { silentLog } from '../system/log.ts'
import { createOnlooker, type Onlooker, runInPlace } from './testing/onlooker.ts'

let staged: StagedCluster
let folder: string
let cluster: Cluster
let onlooker: Onlooker
const look = () => onlooker.look()
const run = (place: string, view: 'inside' | 'platform', ...argv: string[]) => runInPlace(cluster, place, view, ...argv)
beforeAll(async () => {
  staged = await stageCluster()
  folder = await mkdtemp(join(tmpdir(), 'podwire-map-'))
  const spec = { labId: 'maptests', hosts: contractHosts, privileged: false, folder }
  cluster = await embeddedRuntime({ assets: staged.assets, log: silentLog }).create(spec, {
    signal: new AbortController().signal,
    onStep: () => {},
  })
  await cluster.apply(contractManifest)
  await cluster.settled(10_000)
  onlooker = createOnlooker(cluster, viewTargets)
})
afterEach(() => onlooker?.leave())
afterAll(async () => {
  onlooker?.leave()
  await cluster?.destroy()
  staged?.remove()
  await rm(folder, { recursive: true, force: true })
})

const interfaceOf = (place: MapPlace | undefined, name: string) => place?.interfaces.find((one) => one.name === name)
const watchers = async () => Number(await run('laptop', 'platform', 'pgrep', '-fc', '^ip -o monitor'))

test('the first map is whole: every place, its wire, and the routes that ip prints there', async () => {
  const seen = await look()
  const names = seen.map.places.map(({ place }) => place)
  expect(names).toEqual(
    expect.arrayContaining(['laptop', 'node/control-plane', 'node/worker', 'node/worker2', 'host/partner', 'pod/client', 'pod/far']),
  )
  expect(seen.map.places.filter(({ unread }) => unread !== undefined)).toEqual([])
  for (const place of ['laptop', 'node/worker', 'host/partner', 'pod/client']) {
    const printed = (await run(place, 'inside', 'ip', 'route')).split('\n').map((line) => line.trim().replace(/\s+/g, ' '))
    expect(seen.place(place)?.routes, place).toEqual(printed.filter(Boolean))
  }
  const wired = (place: string) => seen.map.links.find(({ from }) => from.place === place)
  for (const place of ['laptop', 'node/control-plane', 'node/worker', 'node/worker2', 'host/partner'])
    expect(wired(place)).toEqual({ from: { place, interface: 'eth0' } })
  for (const { place, node } of seen.map.places.filter(({ group }) => group === 'pod')) {
    expect(wired(place), place).toMatchObject({
      from: { interface: 'eth0' },
      to: { place: node, interface: expect.stringMatching(/^veth/) },
    })
  }
  expect(seen.place('pod/client')).toMatchObject({ node: 'node/worker' })
  expect(interfaceOf(seen.place('node/worker'), 'eth0')).toMatchObject({
    addresses: ['172.18.0.3/16'],
    up: true,
    carrier: true,
    kind: 'veth',
  })
})

test('a deleted route disappears within two seconds, and comes back when it is added', async () => {
  const seen = await look()
  const route = '10.244.2.0/24 via 172.18.0.4 dev eth0'
  const has = () => seen.place('node/worker')?.routes.includes(route) === true
  expect(has()).toBe(true)
  await run('node/worker', 'inside', 'ip', 'route', 'del', '10.244.2.0/24')
  await seen.until(() => !has())
  await run('node/worker', 'inside', 'ip', 'route', 'add', ...route.split(' '))
  await seen.until(has)
})

test('an address, a link that is set down, a rule and a table of one’s own are followed', async () => {
  const seen = await look()
  await run(
    'host/partner',
    'inside',
    'sh',
    '-c',
    'ip addr add 192.0.2.7/32 dev eth0; ip rule add pref 100 lookup 77; ip route add 198.51.100.0/24 dev eth0 table 77',
  )
  await seen.until(() => {
    const partner = seen.place('host/partner')
    return (
      interfaceOf(partner, 'eth0')?.addresses.includes('192.0.2.7/32') === true &&
      partner?.rules.includes('100: from all lookup 77') === true &&
      partner.routes.some((route) => route.startsWith('198.51.100.0/24 dev eth0 table 77'))
    )
  })
  await run('host/partner', 'inside', 'ip', 'link', 'set', 'eth0', 'down')
  await seen.until(() => interfaceOf(seen.place('host/partner'), 'eth0')?.up === false)
  // the kernel tells of no route that went with its link
  expect(seen.place('host/partner')?.routes).toEqual([])
})

test('a new pod appears with its wire, and is gone when it was deleted', async () => {
  const seen = await look()
  await cluster.apply(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: late}\nspec: {nodeName: worker2, terminationGracePeriodSeconds: 1, containers: [{name: a, image: nginx}]}',
  )
  await seen.until(() => seen.map.links.some(({ from, to }) => from.place === 'pod/late' && to?.place === 'node/worker2'), 6000)
  await cluster.api({ method: 'DELETE', path: '/api/v1/namespaces/default/pods/late' })
  await seen.until(() => seen.place('pod/late') === undefined && seen.map.links.every(({ from }) => from.place !== 'pod/late'), 6000)
})

test('packets show on both ends of the wires that carried them', async () => {
  const seen = await look()
  const address = seen.place('pod/far')?.address as string
  const pinging = run('pod/client', 'inside', 'ping', '-c', '30', '-i', '0.1', address)
  const carried = (place: string, name: string) =>
    seen.traffic
      .at(-1)
      ?.flows.some((flow) => flow.place === place && flow.interface === name && flow.rxPackets > 4 && flow.txPackets > 4) === true
  await seen.until(() => carried('pod/client', 'eth0') && carried('pod/far', 'eth0') && carried('node/worker2', 'eth0'), 6000)
  await pinging
})

test('a node with more routes than a map can hold tells how many are left out', async () => {
  const seen = await look()
  await run('node/worker2', 'inside', 'sh', '-c', 'for i in $(seq 0 255); do echo route add 198.18.$i.0/24 dev eth0; done | ip -batch -')
  await seen.until(() => (seen.place('node/worker2')?.leftOut ?? 0) > 100, 4000)
  expect(seen.place('node/worker2')?.routes).toHaveLength(128)
  await run('node/worker2', 'inside', 'sh', '-c', 'for i in $(seq 0 255); do echo route del 198.18.$i.0/24; done | ip -batch -')
  await seen.until(() => seen.place('node/worker2')?.leftOut === undefined, 4000)
})

test('what reads runs once however many look, and not at all when nobody does', async () => {
  const one = await look()
  const places = one.map.places.filter(({ hostNetwork }) => !hostNetwork).length
  const other = await look()
  expect(other.map).toEqual(one.map)
  expect(await watchers()).toBe(places)
  one.end()
  expect(await watchers()).toBe(places)
  other.end()
  await expect.poll(watchers, { timeout: 2000 }).toBe(0)
})

test('after a reset the map is that of the new cluster, for whoever has looked all the time', async () => {
  const seen = await look()
  const before = seen.place('node/worker')?.interfaces.map(({ name }) => name)
  await cluster.restore()
  await cluster.apply(contractManifest)
  await cluster.settled(10_000)
  await seen.until(
    () =>
      seen.place('pod/client') !== undefined &&
      seen.map.places.every(({ unread, interfaces }) => unread === undefined && interfaces.length > 0),
    8000,
  )
  expect(seen.place('node/worker')?.interfaces.map(({ name }) => name)).not.toEqual(before)
  expect(interfaceOf(seen.place('host/partner'), 'eth0')?.addresses).toEqual(['172.18.0.100/16'])
})
