import { expect, test } from 'vitest'
import { serve } from '../testing/environment.ts'
import type { DnsView } from '../view.ts'

const view: DnsView = {
  namespaces: [{ metadata: { name: 'shop', labels: { team: 'a' } } }, { metadata: { name: 'other' } }],
  services: [
    { metadata: { name: 'web', namespace: 'shop', labels: { tier: 'front' } }, spec: { clusterIP: '10.96.0.20', ports: [{ port: 80 }] } },
    { metadata: { name: 'db', namespace: 'shop' }, spec: { clusterIP: 'None', ports: [{ port: 80 }] } },
    { metadata: { name: 'idle', namespace: 'other' }, spec: { clusterIP: '10.96.0.21', ports: [{ port: 80 }] } },
  ],
  endpointSlices: [
    {
      metadata: { namespace: 'shop', labels: { 'kubernetes.io/service-name': 'db' } },
      endpoints: [{ addresses: ['10.244.1.9'], targetRef: { name: 'db-0' } }],
      ports: [{ port: 80 }],
    },
  ],
  pods: [{ metadata: { namespace: 'shop' }, status: { podIP: '10.244.1.9' } }],
}
async function asked(properties: string, name: string, zones = 'cluster.local in-addr.arpa') {
  const { ask } = await serve(`. {\n kubernetes ${zones} {\n ${properties}\n }\n}\n`, { view })
  const { rcode, answers } = await ask(name, name.endsWith('arpa') ? 'PTR' : 'A')
  return answers.length ? answers.join(', ') : rcode
}

test.each([
  ['', 'web.shop.svc.cluster.local', 'web.shop.svc.cluster.local 5 A 10.96.0.20'],
  ['ttl 30', 'web.shop.svc.cluster.local', 'web.shop.svc.cluster.local 30 A 10.96.0.20'],
  ['', '10-244-1-9.shop.pod.cluster.local', 'NXDOMAIN'],
  ['pods insecure', '10-1-1-1.shop.pod.cluster.local', '10-1-1-1.shop.pod.cluster.local 5 A 10.1.1.1'],
  ['pods verified', '10-1-1-1.shop.pod.cluster.local', 'NXDOMAIN'],
  ['pods verified', '10-244-1-9.shop.pod.cluster.local', '10-244-1-9.shop.pod.cluster.local 5 A 10.244.1.9'],
  ['pods verified', '10-244-1-9.other.pod.cluster.local', 'NXDOMAIN'],
  ['endpoint_pod_names', 'db-0.db.shop.svc.cluster.local', 'db-0.db.shop.svc.cluster.local 5 A 10.244.1.9'],
  ['', 'db-0.db.shop.svc.cluster.local', 'NXDOMAIN'],
  ['noendpoints', 'db.shop.svc.cluster.local', 'NXDOMAIN'],
  ['namespaces other', 'web.shop.svc.cluster.local', 'NXDOMAIN'],
  ['namespaces other', 'idle.other.svc.cluster.local', 'idle.other.svc.cluster.local 5 A 10.96.0.21'],
  ['namespace_labels team=a', 'idle.other.svc.cluster.local', 'NXDOMAIN'],
  ['labels tier=front', 'db.shop.svc.cluster.local', 'NXDOMAIN'],
  ['ignore empty_service', 'idle.other.svc.cluster.local', 'NXDOMAIN'],
  ['', '20.0.96.10.in-addr.arpa', '20.0.96.10.in-addr.arpa 5 PTR web.shop.svc.cluster.local'],
  ['', '99.0.96.10.in-addr.arpa', 'NXDOMAIN'],
  ['fallthrough', 'nosuch.shop.svc.cluster.local', 'SERVFAIL'], // there is no next plugin
])('%j: %s', async (properties, name, answer) => {
  expect(await asked(properties, name)).toBe(answer)
})

test.each([
  ['pods many', 'wrong value for pods: many,  must be one of: disabled, verified, insecure'],
  ['ttl 4000', 'Corefile:3 - Error during parsing: ttl must be in range [0, 3600]: 4000'],
  ['foo', "Corefile:3 - Error during parsing: unknown property 'foo'"],
  ['ignore all', "unable to parse ignore value: 'all'"],
])('%s is refused', async (properties, sentence) => {
  await expect(asked(properties, 'a')).rejects.toThrow(`plugin/kubernetes: ${sentence}`)
})

test('another domain, and a reverse one alone', async () => {
  expect(await asked('', 'web.shop.svc.corp.example', 'corp.example')).toBe('web.shop.svc.corp.example 5 A 10.96.0.20')
  await expect(asked('', 'a', '10.96.0.0/16')).rejects.toThrow('non-reverse zone name must be used')
})
