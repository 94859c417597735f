// Breaks a cluster in each way, asks where the packet died, mends it, and tells what came out. Used by the tests of both runtimes.
import type { Cluster } from '../../runtimes/runtime.ts'
import { runIn } from '../../runtimes/testing/run-in.ts'
import type { PathResult } from '../../spec/path.ts'
import { askingIn } from '../ask.ts'
import { followPacket } from '../follow.ts'
import { readLabMap } from '../lab-map.ts'
import type { Fault } from './faults.ts'

async function run(cluster: Cluster, place: string, script: string, inside = false): Promise<void> {
  const { code, output } = await runIn(cluster, place, [inside ? 'sh' : 'bash', '-c', script], inside ? 'inside' : 'platform')
  if (code !== 0) throw new Error(`${place}: ${script}\nended with ${code}: ${output}`)
}

const paths: Record<string, string> = {
  Service: '/api/v1/namespaces/default/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
  NetworkPolicy: '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies',
}

async function removeObjects(cluster: Cluster, yaml: string): Promise<void> {
  for (const object of yaml.split('\n---\n')) {
    const [, kind = ''] = /^kind: (\w+)/m.exec(object) ?? []
    const [, name = ''] = /name: ([\w-]+)/.exec(object) ?? []
    await cluster.api({ method: 'DELETE', path: `${paths[kind]}/${name}` })
  }
  await cluster.settled(5000)
}

async function gatewaysIn(cluster: Cluster, text: string): Promise<Map<string, string>> {
  const gateways = new Map<string, string>()
  for (const [, place = ''] of text.matchAll(/\{gateway:([^}]+)\}/g)) {
    const route = await askingIn(cluster, new AbortController().signal)(place, 'ip route show default')
    gateways.set(place, / via (\S+)/.exec(route)?.[1] ?? '')
  }
  return gateways
}

/** What came out for a fault; the cluster is as before afterwards. */
export async function judgeFault(cluster: Cluster, fault: Fault): Promise<PathResult> {
  const { addressOf, ports } = await readLabMap(cluster)
  const gateways = await gatewaysIn(cluster, JSON.stringify(fault.break ?? []))
  const addressOfService = (name: string) => ports.find(({ service }) => service === name)?.addresses[0]
  const fill = (text: string) =>
    text
      .replace(/\{ip:([^}]+)\}/g, (_, place: string) => addressOf.get(place) ?? `no-address-of-${place}`)
      .replace(/\{net:([^}]+)\}/g, (_, place: string) => (addressOf.get(place) ?? '').replace(/\.\d+$/, ''))
      .replace(/\{gateway:([^}]+)\}/g, (_, place: string) => gateways.get(place) ?? `no-gateway-of-${place}`)
      .replace(/\{svc:([^}]+)\}/g, (_, name: string) => addressOfService(name) ?? `no-service-${name}`)
  const steps = (fault.break ?? []).map(({ run: script, mend, ...place }) => ({ ...place, run: fill(script), mend: fill(mend) }))
  if (fault.objects) {
    await cluster.apply(fill(fault.objects))
    await cluster.settled(5000)
  }
  for (const { on, run: script, inside } of steps) await run(cluster, on, script, inside)
  try {
    const question = { from: fault.from, to: fill(fault.to) }
    return await followPacket(cluster, question, { locale: 'en', signal: new AbortController().signal })
  } finally {
    for (const { on, mend, inside } of steps.reverse()) await run(cluster, on, mend, inside)
    if (fault.objects) await removeObjects(cluster, fault.objects)
  }
}

export type Grade = 'right' | 'unknown' | 'wrong'

export function gradeVerdict({ expect }: Fault, { verdict }: PathResult): Grade {
  if (verdict.state === 'unknown') return 'unknown'
  const right =
    verdict.state === expect.state && verdict.cause === expect.cause && (expect.place === undefined || verdict.place === expect.place)
  return right ? 'right' : 'wrong'
}
