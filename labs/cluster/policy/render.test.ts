import { expect, test } from 'vitest'
import type { PolicyObject } from './objects.ts'
import { renderNetworkPolicies } from './render.ts'
import { sampleNamespace, samplePod, samplePolicy } from './samples.ts'

const web = samplePod('shop/web', '10.244.2.4', { app: 'web' }, { nodeName: 'worker2', ports: [{ name: 'http', containerPort: 8080 }] })
const client = samplePod('shop/client', '10.244.2.3', { app: 'client' }, { nodeName: 'worker2' })
const db = samplePod(
  'data/db',
  '10.244.1.9',
  { app: 'db' },
  {
    ports: [
      { name: 'sql', containerPort: 5432 },
      { name: 'http', containerPort: 80 },
    ],
  },
)
const namespaces = [sampleNamespace('shop', { team: 'a' }), sampleNamespace('data')]
const pods = [web, client, db]

const render = (policies: PolicyObject[], node = 'worker2') => renderNetworkPolicies({ node, policies, pods, namespaces })
/** The lines of a pod's chain without its comment and its last drop. */
const chain = (policies: PolicyObject[], name: string, node = 'worker2') => {
  const text = render(policies, node)
  const lines = text.slice(text.indexOf(`chain ${name}`)).split('\n')
  return lines.slice(2, lines.indexOf('\t}') - 1).map((line) => line.trim())
}
const intoWeb = `in-${web.metadata.uid}`
const outOfClient = `out-${client.metadata.uid}`

test("a policy becomes kindnetd's table, loaded in one transaction", () => {
  const policy = samplePolicy('shop/web-in', {
    podSelector: { matchLabels: { app: 'web' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ protocol: 'TCP', port: 8080 }] }],
  })
  expect(render([policy])).toBe(`table inet kindnet-network-policies
delete table inet kindnet-network-policies
table inet kindnet-network-policies {
	chain ${intoWeb} {
		comment "ingress to: shop/web"
		ip saddr 10.244.2.3 tcp dport 8080 counter return comment "shop/web-in"
		counter drop comment "no policy allows it"
	}

	chain forward {
		type filter hook forward priority filter - 5; policy accept;
		ct state established,related accept
		icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
		ip daddr vmap { 10.244.2.4 : jump ${intoWeb} }
	}

	chain input {
		type filter hook input priority filter - 5; policy accept;
		ct state established,related accept
		icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept
	}
}
`)
})

test('only the pods of the node have chains', () => {
  const policy = samplePolicy('shop/deny', { podSelector: {}, policyTypes: ['Ingress'] })
  expect(render([policy], 'worker')).not.toContain('chain in-')
  expect(chain([policy], intoWeb)).toEqual([])
})

test('egress is enforced on the way to other pods and to the node itself', () => {
  const text = render([samplePolicy('shop/deny', { podSelector: { matchLabels: { app: 'client' } }, policyTypes: ['Egress'] })])
  expect(text.match(new RegExp(`ip saddr vmap \\{ 10.244.2.3 : jump ${outOfClient} \\}`, 'g'))).toHaveLength(2)
  expect(text).toContain('comment "egress from: shop/client"')
})

test('both selectors in one element must match; as two elements one is enough', () => {
  const rule = (from: object[]) => [samplePolicy('shop/p', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ from }] })]
  const podSelector = { matchLabels: { app: 'db' } }
  const namespaceSelector = { matchLabels: { team: 'a' } }
  expect(chain(rule([{ podSelector, namespaceSelector }]), intoWeb)).toEqual([])
  expect(chain(rule([{ podSelector }, { namespaceSelector }]), intoWeb)).toEqual([
    'ip saddr { 10.244.2.3, 10.244.2.4 } counter return comment "shop/p"',
  ])
})

test('address blocks keep their exceptions, in canonical form and without overlaps', () => {
  const ingress = [{ from: [{ ipBlock: { cidr: '172.18.5.6/16', except: ['172.18.0.0/24', '172.18.0.128/25', '172.18.9.9/32'] } }] }]
  expect(chain([samplePolicy('shop/p', { podSelector: { matchLabels: { app: 'web' } }, ingress })], intoWeb)).toEqual([
    'ip saddr 172.18.0.0/16 ip saddr != { 172.18.0.0/24, 172.18.9.9/32 } counter return comment "shop/p"',
  ])
})

test('ports: names of the receiving pod, ranges joined, protocols apart, a protocol alone', () => {
  const ports = [
    { port: 'http' },
    { port: 8000, endPort: 8079 },
    { port: 8070, endPort: 8075 },
    { protocol: 'UDP', port: 53 },
    { protocol: 'SCTP' },
  ]
  expect(chain([samplePolicy('shop/p', { podSelector: { matchLabels: { app: 'web' } }, ingress: [{ ports }] })], intoWeb)).toEqual([
    'tcp dport { 8000-8079, 8080 } counter return comment "shop/p"',
    'udp dport 53 counter return comment "shop/p"',
    'meta l4proto sctp counter return comment "shop/p"',
  ])
})

test('a port name in an egress rule has its own number in each destination', () => {
  const egress = [{ to: [{ namespaceSelector: {} }], ports: [{ port: 'http' }] }]
  expect(chain([samplePolicy('shop/p', { podSelector: { matchLabels: { app: 'client' } }, egress })], outOfClient)).toEqual([
    'ip daddr 10.244.1.9 tcp dport 80 counter return comment "shop/p"',
    'ip daddr 10.244.2.4 tcp dport 8080 counter return comment "shop/p"',
  ])
})

test('an empty rule allows everything, no rule nothing; an absent peer list is everybody', () => {
  const spec = { podSelector: { matchLabels: { app: 'web' } } }
  expect(chain([samplePolicy('shop/p', { ...spec, ingress: [{}] })], intoWeb)).toEqual(['counter return comment "shop/p"'])
  expect(chain([samplePolicy('shop/p', { ...spec, ingress: [] })], intoWeb)).toEqual([])
  expect(chain([samplePolicy('shop/p', { ...spec, ingress: [{ from: [], ports: [{ port: 80 }] }] })], intoWeb)).toEqual([
    'tcp dport 80 counter return comment "shop/p"',
  ])
})

test('pods of the host network, and ended pods, are neither isolated nor peers', () => {
  const host = samplePod('shop/agent', '172.18.0.4', { app: 'client' }, { nodeName: 'worker2', hostNetwork: true })
  const ended = samplePod('shop/job', '10.244.2.7', { app: 'client' }, { nodeName: 'worker2', phase: 'Succeeded' })
  const policy = samplePolicy('shop/p', { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }] }] })
  const text = renderNetworkPolicies({ node: 'worker2', policies: [policy], pods: [host, ended, web], namespaces })
  expect(text).not.toContain('172.18.0.4')
  expect(text).not.toContain('10.244.2.7')
  expect(text).toContain(`chain ${intoWeb}`)
})
