import { type Answer, decode, encode, type Packet, RECURSION_DESIRED, type RecordType, TRUNCATED_RESPONSE } from 'dns-packet'
import { describe, expect, test } from 'vitest'
import { corefile } from '../controllers/coredns.ts'
import { answerLanQuery } from './lan-resolver.ts'
import type { Exchanged, Transport } from './plugin.ts'
import { createDnsServer } from './server.ts'
import { testEnvironment } from './testing/environment.ts'
import type { DnsEndpointSlice, DnsView } from './view.ts'

const slice = (service: string, addresses: string[], more: Partial<DnsEndpointSlice> = {}): DnsEndpointSlice => ({
  metadata: { namespace: 'default', labels: { 'kubernetes.io/service-name': service } },
  addressType: 'IPv4',
  endpoints: addresses.map((a) => ({ addresses: [a], conditions: { ready: true } })),
  ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  ...more,
})
const view: DnsView = {
  pods: [],
  namespaces: ['default', 'kube-system'].map((name) => ({ metadata: { name } })),
  services: [
    {
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: { clusterIP: '10.96.0.10', ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] },
    },
    {
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        clusterIP: '10.96.71.12',
        ports: [
          { name: 'http', port: 80 },
          { name: 'admin', port: 81 },
        ],
      },
    },
    { metadata: { name: 'empty', namespace: 'default' }, spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] } },
    { metadata: { name: 'db', namespace: 'default' }, spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] } },
    { metadata: { name: 'many', namespace: 'default' }, spec: { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] } },
    { metadata: { name: 'out', namespace: 'default' }, spec: { type: 'ExternalName', externalName: 'partner' } },
    { metadata: { name: 'nowhere', namespace: 'default' }, spec: { type: 'ExternalName', externalName: 'nosuch.example' } },
    { metadata: { name: 'alias', namespace: 'default' }, spec: { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' } },
    {
      metadata: { name: 'circle', namespace: 'default' },
      spec: { type: 'ExternalName', externalName: 'circle.default.svc.cluster.local' },
    },
  ],
  endpointSlices: [
    slice('web', ['10.244.1.5', '10.244.2.5']),
    slice('db', [], {
      endpoints: [
        { addresses: ['10.244.1.9'], hostname: 'db-0', conditions: { ready: true } },
        { addresses: ['10.244.2.9'], conditions: {} },
        { addresses: ['10.244.2.10'], conditions: { ready: false } },
      ],
    }),
    slice(
      'many',
      Array.from({ length: 60 }, (_, i) => `10.244.1.${i + 1}`),
    ),
  ],
}
const machines = [
  { name: 'worker', address: '172.18.0.3' },
  { name: 'partner', address: '172.18.0.99', names: ['rates.partner.example'] },
]
const lan = async (query: Uint8Array, transport: Transport): Promise<Exchanged> => ({
  reply: answerLanQuery(query, transport, machines) as Uint8Array,
})
// kubeadm's Corefile
const server = await createDnsServer(corefile, 'Corefile', testEnvironment({ view, exchange: lan }).environment)
const client = { address: '10.244.1.5', port: 40_000 }
const ask = (query: Uint8Array, transport: Transport) => server.answer(query, transport, client, 53)

async function query(
  name: string,
  type: RecordType = 'A',
  more: { id?: number; edns?: number; transport?: 'udp' | 'tcp'; flags?: number } = {},
) {
  const additionals: Answer[] =
    more.edns === undefined
      ? []
      : [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: more.edns,
            flags: 0,
            ednsVersion: 0,
            extendedRcode: 0,
            flag_do: false,
            options: [],
          } as never,
        ]
  const packet: Packet = {
    type: 'query',
    id: more.id ?? 0,
    flags: more.flags ?? RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals,
  }
  const bytes = await ask(encode(packet), more.transport ?? 'udp')
  if (!bytes) throw new Error('no answer')
  return {
    ...(decode(Buffer.from(bytes)) as ReturnType<typeof decode> & { rcode: string; flag_aa: boolean; flag_ra: boolean }),
    size: bytes.length,
  }
}
const data = (records: readonly Answer[] | undefined) => (records ?? []).map((r) => ('data' in r ? r.data : undefined))
const soa = {
  name: 'cluster.local',
  type: 'SOA',
  ttl: 30,
  data: {
    mname: 'ns.dns.cluster.local',
    rname: 'hostmaster.cluster.local',
    serial: 1_700_000_000,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: 30,
  },
}

describe('Services', () => {
  test('a ClusterIP: authoritative, no recursion offered, TTL 30, spelled as asked', async () => {
    const { answers, rcode, flag_aa, flag_ra, flags } = await query('WEB.default.svc.cluster.local')
    expect(answers).toMatchObject([{ name: 'WEB.default.svc.cluster.local', type: 'A', ttl: 30, class: 'IN', data: '10.96.71.12' }])
    expect({ rcode, flag_aa, flag_ra, rd: (flags as number) & RECURSION_DESIRED }).toEqual({
      rcode: 'NOERROR',
      flag_aa: true,
      flag_ra: false,
      rd: RECURSION_DESIRED,
    })
  })
  test('a headless Service: its ready endpoints, turned from query to query', async () => {
    expect(data((await query('db.default.svc.cluster.local')).answers)).toEqual(['10.244.1.9', '10.244.2.9'])
    expect(data((await query('db.default.svc.cluster.local', 'A', { id: 1 })).answers)).toEqual(['10.244.2.9', '10.244.1.9'])
  })
  test('one endpoint, by its hostname or its address', async () => {
    expect(data((await query('db-0.db.default.svc.cluster.local')).answers)).toEqual(['10.244.1.9'])
    expect(data((await query('10-244-2-9.db.default.svc.cluster.local')).answers)).toEqual(['10.244.2.9'])
    expect((await query('10-244-2-10.db.default.svc.cluster.local')).rcode).toBe('NXDOMAIN')
  })
  test('SRV of a named port, with the address beside it', async () => {
    const { answers, additionals } = await query('_http._tcp.web.default.svc.cluster.local', 'SRV')
    expect(data(answers)).toEqual([{ priority: 0, weight: 100, port: 80, target: 'web.default.svc.cluster.local' }])
    expect(additionals).toMatchObject([{ name: 'web.default.svc.cluster.local', type: 'A', data: '10.96.71.12' }])
    expect((await query('_nosuch._tcp.web.default.svc.cluster.local', 'SRV')).rcode).toBe('NXDOMAIN')
    expect((await query('_http._udp.web.default.svc.cluster.local', 'SRV')).rcode).toBe('NXDOMAIN')
  })
  test('SRV of a headless Service names its endpoints and shares the weight', async () => {
    const { answers } = await query('_http._tcp.db.default.svc.cluster.local', 'SRV')
    expect(data(answers)).toEqual([
      { priority: 0, weight: 50, port: 8080, target: 'db-0.db.default.svc.cluster.local' },
      { priority: 0, weight: 50, port: 8080, target: '10-244-2-9.db.default.svc.cluster.local' },
    ])
  })
})

describe('names without records', () => {
  test.each([
    ['nosuch.default.svc.cluster.local', 'A'],
    ['web.nosuch.svc.cluster.local', 'A'],
    ['nosuch.svc.cluster.local', 'AAAA'],
    ['web.default.cluster.local', 'A'],
    ['a.b.c.web.default.svc.cluster.local', 'A'],
    ['empty.default.svc.cluster.local', 'A'],
    ['example.com.default.svc.cluster.local', 'A'],
  ] as const)('%s %s: NXDOMAIN with the SOA', async (name, type) => {
    const { rcode, answers, authorities, flag_aa } = await query(name, type)
    expect({ rcode, flag_aa, answers }).toEqual({ rcode: 'NXDOMAIN', flag_aa: true, answers: [] })
    expect(authorities).toMatchObject([soa])
  })
  test.each([
    ['web.default.svc.cluster.local', 'AAAA'],
    ['web.default.svc.cluster.local', 'MX'],
    ['web.default.svc.cluster.local', 'CNAME'],
    ['cluster.local', 'A'],
    ['svc.cluster.local', 'A'],
    ['default.svc.cluster.local', 'A'],
    ['nosuch.default.svc.cluster.local', 'TXT'],
    ['circle.default.svc.cluster.local', 'A'],
  ] as const)('%s %s: no data, with the SOA', async (name, type) => {
    const { rcode, answers, authorities } = await query(name, type)
    expect({ rcode, answers }).toEqual({ rcode: 'NOERROR', answers: [] })
    expect(authorities).toMatchObject([soa])
  })
})

test('pods: any address of a namespace that exists', async () => {
  expect(data((await query('10-244-1-77.default.pod.cluster.local')).answers)).toEqual(['10.244.1.77'])
  expect((await query('10-244-1-77.nosuch.pod.cluster.local')).rcode).toBe('NXDOMAIN')
  expect((await query('10-244-1-777.default.pod.cluster.local')).rcode).toBe('NXDOMAIN')
})

test('the zone itself: dns-version, SOA, NS', async () => {
  expect(data((await query('dns-version.cluster.local', 'TXT')).answers)).toEqual([[Buffer.from('1.1.0')]])
  expect((await query('cluster.local', 'SOA')).answers).toMatchObject([soa])
  const ns = await query('cluster.local', 'NS')
  expect(data(ns.answers)).toEqual(['kube-dns.kube-system.svc.cluster.local'])
  expect(data(ns.additionals)).toEqual(['10.96.0.10'])
  expect(data((await query('ns.dns.cluster.local')).answers)).toEqual(['10.96.0.10'])
})

test('addresses have names: a Service, an endpoint, a machine of the lan', async () => {
  const pointer = async (name: string) => data((await query(name, 'PTR')).answers)
  expect(await pointer('12.71.96.10.in-addr.arpa')).toEqual(['web.default.svc.cluster.local'])
  expect(await pointer('9.1.244.10.in-addr.arpa')).toEqual([
    'db-0.db.default.svc.cluster.local',
    '10-244-1-9.many.default.svc.cluster.local',
  ])
  expect(await pointer('3.0.18.172.in-addr.arpa')).toEqual(['worker.kind'])
  const unknown = await query('1.2.3.4.in-addr.arpa', 'PTR')
  expect({ rcode: unknown.rcode, flag_aa: unknown.flag_aa }).toEqual({ rcode: 'NXDOMAIN', flag_aa: false }) // the upstream's word
})

test('ExternalName: an alias, and what the upstream or the zone has for it', async () => {
  expect(data((await query('out.default.svc.cluster.local')).answers)).toEqual(['partner', '172.18.0.99'])
  expect(data((await query('alias.default.svc.cluster.local')).answers)).toEqual(['web.default.svc.cluster.local', '10.96.71.12'])
  expect(data((await query('out.default.svc.cluster.local', 'CNAME')).answers)).toEqual(['partner'])
  const nowhere = await query('nowhere.default.svc.cluster.local')
  expect({ rcode: nowhere.rcode, answers: data(nowhere.answers) }).toEqual({ rcode: 'NOERROR', answers: ['nosuch.example'] })
})

describe('other names', () => {
  test("are the upstream's", async () => {
    const worker = await query('worker')
    expect({ answers: data(worker.answers), flag_ra: worker.flag_ra, flag_aa: worker.flag_aa }).toEqual({
      answers: ['172.18.0.3'],
      flag_ra: true,
      flag_aa: false,
    })
    expect(data((await query('Rates.partner.example')).answers)).toEqual(['172.18.0.99'])
    expect(data((await query('99.0.18.172.in-addr.arpa', 'PTR')).answers)).toEqual(['partner.kind'])
    expect((await query('rates.partner.example.kind')).rcode).toBe('NXDOMAIN')
    expect((await query('example.com')).rcode).toBe('NXDOMAIN')
    const aaaa = await query('worker', 'AAAA')
    expect({ rcode: aaaa.rcode, answers: aaaa.answers }).toEqual({ rcode: 'NOERROR', answers: [] })
  })
  test('SERVFAIL when the upstream is silent', async () => {
    const text = corefile.replace('max_concurrent 1000', 'max_connect_attempts 1')
    const alone = await createDnsServer(text, 'Corefile', testEnvironment({ view }).environment)
    const query = encode({ type: 'query', id: 7, questions: [{ name: 'example.com', type: 'A' }] })
    const bytes = await alone.answer(query, 'udp', client, 53)
    expect(decode(Buffer.from(bytes as Uint8Array))).toMatchObject({ id: 7, rcode: 'SERVFAIL' })
  })
})

describe('size', () => {
  const truncated = (flags: number | undefined) => ((flags as number) & TRUNCATED_RESPONSE) !== 0
  test('512 bytes over UDP hold 29 compressed addresses; the rest is for TCP', async () => {
    const udp = await query('many.default.svc.cluster.local')
    expect({ truncated: truncated(udp.flags), count: udp.answers?.length, fits: udp.size <= 512 }).toEqual({
      truncated: true,
      count: 29,
      fits: true,
    })
    const tcp = await query('many.default.svc.cluster.local', 'A', { transport: 'tcp' })
    expect({ truncated: truncated(tcp.flags), count: tcp.answers?.length }).toEqual({ truncated: false, count: 60 })
  })
  test('EDNS raises the limit and is answered in kind', async () => {
    const { flags, answers, additionals } = await query('many.default.svc.cluster.local', 'A', { edns: 1232 })
    expect({ truncated: truncated(flags), count: answers?.length }).toEqual({ truncated: false, count: 60 })
    expect(additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }])
  })
})

describe('what is no proper query', () => {
  const raw = async (bytes: number[]) => ask(Uint8Array.from(bytes), 'udp')
  test('too short, or an answer: silence', async () => {
    expect(await raw([0, 1, 2])).toBeUndefined()
    expect(await raw([0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1])).toBeUndefined()
  })
  test.each([
    ['two questions', [0, 9, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0], 1],
    ['a name over the end', [0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, 65], 1],
    ['a compression pointer in the question', [0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1], 1],
    ['another opcode', [0, 9, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1], 4],
    ['class CHAOS', [0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3], 5],
  ])('%s: an error code', async (_, bytes, rcode) => {
    const answer = await raw(bytes)
    expect([answer?.[0], answer?.[1], (answer?.[3] as number) & 15]).toEqual([0, 9, rcode])
  })
})
