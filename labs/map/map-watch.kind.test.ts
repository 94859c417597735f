// The map of a real kind cluster: what ip shows on its nodes and in its pods, and what changes there. Run by `npm run test:kind`.
import { afterEach, beforeAll, expect, test } from 'vitest'
import { viewTargets } from '../labd/targets.ts'
import { oneKindCluster } from '../runtimes/testing/one-kind-cluster.ts'
import { createOnlooker, type Onlooker, runInPlace } from './testing/onlooker.ts'

const lab = oneKindCluster('mapskind')
let onlooker: Onlooker
beforeAll(() => {
  onlooker = createOnlooker(lab.cluster, viewTargets)
})
afterEach(() => onlooker?.leave())

const patienceMs = 10_000

test('nodes, hosts and pods with their wires; pods of the control plane use their node\u2019s network', async () => {
  const seen = await onlooker.look()
  await seen.until(
    () => seen.map.places.length > 0 && seen.map.places.every((place) => place.hostNetwork || place.interfaces.length > 0),
    patienceMs,
  )
  const wired = (place: string) => seen.map.links.find(({ from }) => from.place === place)
  for (const place of ['laptop', 'node/control-plane', 'node/worker', 'node/worker2', 'host/partner'])
    expect(wired(place)).toEqual({ from: { place, interface: 'eth0' } })
  for (const { place, node, hostNetwork } of seen.map.places.filter(({ group }) => group === 'pod'))
    if (!hostNetwork) expect(wired(place), place).toMatchObject({ to: { place: node, interface: expect.stringMatching(/^veth/) } })
  expect(seen.map.places.filter(({ hostNetwork }) => hostNetwork).map(({ place }) => place)).toContainEqual(
    expect.stringMatching(/kube-proxy/),
  )
  const printed = (await runInPlace(lab.cluster, 'node/worker', 'inside', 'ip', 'route'))
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
  expect(seen.place('node/worker')?.routes).toEqual(printed.filter(Boolean))
})

test('a deleted route disappears, a new address appears, and what is carried shows', async () => {
  const seen = await onlooker.look()
  const routes = () => seen.place('host/partner')?.routes ?? []
  await seen.until(() => routes().some((route) => route.startsWith('default ')), patienceMs)
  await runInPlace(lab.cluster, 'host/partner', 'inside', 'ip', 'route', 'del', 'default')
  await seen.until(() => !routes().some((route) => route.startsWith('default ')), 2000)
  await runInPlace(lab.cluster, 'host/partner', 'inside', 'ip', 'addr', 'add', '192.0.2.7/32', 'dev', 'eth0')
  await seen.until(() => seen.place('host/partner')?.interfaces.some(({ addresses }) => addresses.includes('192.0.2.7/32')) === true, 2000)
  // nodes speak to the API server all the time
  await seen.until(
    () => seen.traffic.at(-1)?.flows.some(({ place, interface: name }) => place === 'node/worker' && name === 'eth0') === true,
    patienceMs,
  )
})

test('a new pod appears with its wire', async () => {
  const seen = await onlooker.look()
  await lab.cluster.apply(
    'apiVersion: v1\nkind: Pod\nmetadata: {name: late}\nspec: {nodeName: worker2, terminationGracePeriodSeconds: 1, containers: [{name: a, image: "registry.k8s.io/e2e-test-images/agnhost:2.47"}]}',
  )
  await seen.until(() => seen.map.links.some(({ from, to }) => from.place === 'pod/late' && to?.place === 'node/worker2'), 30_000)
})
