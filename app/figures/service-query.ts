// What a Service's selector finds among pods, and which rules follow: computed with the function that writes the cluster's own rules. Pure.
import type { EndpointSliceObject, ServiceObject } from '../../labs/cluster/proxy/inputs.ts'
import { renderIptables } from '../../labs/cluster/proxy/render.ts'

export interface FigurePod {
  name: string
  ip: string
  node: string
  /** value of the label app */
  app: string
  ready: boolean
  /** deleted, and still ending its connections */
  terminating: boolean
}
export interface SliceRow {
  pod: string
  address: string
  ready: boolean
  serving: boolean
  terminating: boolean
}
export interface QueryAnswer {
  rows: SliceRow[]
  /** the rules of this Service, as given to iptables-restore on worker */
  rules: string[]
  /** how many Pods answer a client; with none, it is refused */
  answering: number
}

const clusterIP = '10.96.71.12'

/** The endpoints controller's conditions: a terminating pod is never ready, but serves while its probe says so. */
const row = (pod: FigurePod): SliceRow => ({
  pod: pod.name,
  address: pod.ip,
  ready: pod.ready && !pod.terminating,
  serving: pod.ready,
  terminating: pod.terminating,
})

export function answerQuery(pods: readonly FigurePod[], selector: string): QueryAnswer {
  const found = pods.filter((p) => p.app === selector)
  const rows = found.map(row)
  const service: ServiceObject = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { type: 'ClusterIP', clusterIP, ports: [{ protocol: 'TCP', port: 80 }] },
  }
  const slice: EndpointSliceObject = {
    metadata: { name: 'web-x7k2p', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: '', protocol: 'TCP', port: 8080 }],
    endpoints: found.map((p) => ({ addresses: [p.ip], nodeName: p.node, conditions: row(p) })),
  }
  const text = renderIptables({
    services: [service],
    endpointSlices: rows.length ? [slice] : [],
    node: { name: 'worker', ip: '172.18.0.3', podCIDR: '10.244.1.0/24' },
    clusterCIDR: '10.244.0.0/16',
  })
  const rules = text.split('\n').filter((line) => line.startsWith('-A') && line.includes('default/web'))
  return { rows, rules, answering: rules.filter((line) => line.includes('default/web -> ')).length }
}
