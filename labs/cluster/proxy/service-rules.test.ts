// The rules of single Services, one behaviour at a time, as kube-proxy 1.37 writes them.
import { describe, expect, test } from 'vitest'
import { endpointChain, serviceChains } from './chain-names.ts'
import type { ProxyOptions, ServiceObject } from './inputs.ts'
import { renderIptables } from './render.ts'
import { probability } from './rule-text.ts'
import { chainRules, rulesAbout, type SampleEndpoint, service, slice } from './samples.ts'

const { cluster, local, external, firewall } = serviceChains('shop/api:http', 'tcp')
const sep = (ip: string): string => endpointChain('shop/api:http', 'tcp', `${ip}:8080`)
const ports = [{ name: 'http', protocol: 'TCP', port: 80 }]
const api = (spec: ServiceObject['spec'] = {}, ingress?: Parameters<typeof service>[2]): ServiceObject =>
  service('shop/api', { clusterIP: '10.96.5.5', ports, ...spec }, ingress)
const here = { ip: '10.244.1.5', node: 'worker' }
const there = { ip: '10.244.2.5', node: 'worker2' }

const render = (
  object: ServiceObject,
  endpoints: SampleEndpoint[],
  options: Partial<ProxyOptions> = {},
  node = { name: 'worker', ip: '172.18.0.3', zone: 'a' },
): string =>
  renderIptables({
    services: [object],
    endpointSlices: endpoints.length ? [slice('shop/api', endpoints, { name: 'http', protocol: 'TCP', port: 8080 })] : [],
    node,
    clusterCIDR: '10.244.0.0/16',
    options,
  })
const nat = (text: string, chain: string): string[] => chainRules(text, 'nat', chain).map((line) => line.slice(`-A ${chain} `.length))
const filter = (text: string, chain: string): string[] => chainRules(text, 'filter', chain).map((line) => line.slice(`-A ${chain} `.length))
/** endpoints a chain balances over */
const reached = (text: string, chain: string): string[] => nat(text, chain).flatMap((rule) => /-> ([\d.]+):\d+"/.exec(rule)?.[1] ?? [])

describe('balancing', () => {
  test('each of n endpoints gets its share: 1/n, 1/(n-1), … and the last whatever is left', () => {
    expect(nat(render(api(), [{ ip: '10.244.1.9' }, { ip: '10.244.1.11' }, { ip: '10.244.1.1' }]), cluster)).toEqual([
      '-m comment --comment "shop/api:http cluster IP" -m tcp -p tcp -d 10.96.5.5 --dport 80 ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ',
      `-m comment --comment "shop/api:http -> 10.244.1.11:8080" -m statistic --mode random --probability 0.3333333333 -j ${sep('10.244.1.11')}`,
      `-m comment --comment "shop/api:http -> 10.244.1.1:8080" -m statistic --mode random --probability 0.5000000000 -j ${sep('10.244.1.1')}`,
      `-m comment --comment "shop/api:http -> 10.244.1.9:8080" -j ${sep('10.244.1.9')}`,
    ])
  })
  test('chances have ten decimals', () => {
    expect([2, 3, 7, 1000, 100001].map(probability)).toEqual([
      '0.5000000000',
      '0.3333333333',
      '0.1428571429',
      '0.0010000000',
      '0.0000099999',
    ])
  })
  test('the same endpoint in two slices counts once', () => {
    const twice = [
      slice('shop/api', [here], { name: 'http', port: 8080 }, 'one'),
      slice('shop/api', [here], { name: 'http', port: 8080 }, 'two'),
    ]
    const text = renderIptables({
      services: [api()],
      endpointSlices: twice,
      node: { name: 'worker', ip: '172.18.0.3' },
      clusterCIDR: '10.244.0.0/16',
    })
    expect(reached(text, cluster)).toEqual([here.ip])
  })
  test('a slice port belongs to the service port with its name and protocol', () => {
    const slices = [
      slice('shop/api', [here], { name: 'metrics', port: 9090 }),
      slice('shop/api', [there], { name: 'http', protocol: 'UDP', port: 8080 }, 'udp'),
    ]
    const text = renderIptables({
      services: [api()],
      endpointSlices: slices,
      node: { name: 'worker', ip: '172.18.0.3' },
      clusterCIDR: '10.244.0.0/16',
    })
    expect(text).toContain('"shop/api:http has no endpoints"')
  })
})

test('session affinity: remembered clients first, then chance; the address is remembered where it is translated', () => {
  const text = render(api({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } }), [here, there])
  expect(nat(text, cluster).slice(1)).toEqual([
    `-m comment --comment "shop/api:http -> 10.244.1.5:8080" -m recent --name ${sep(here.ip)} --rcheck --seconds 60 --reap -j ${sep(here.ip)}`,
    `-m comment --comment "shop/api:http -> 10.244.2.5:8080" -m recent --name ${sep(there.ip)} --rcheck --seconds 60 --reap -j ${sep(there.ip)}`,
    `-m comment --comment "shop/api:http -> 10.244.1.5:8080" -m statistic --mode random --probability 0.5000000000 -j ${sep(here.ip)}`,
    `-m comment --comment "shop/api:http -> 10.244.2.5:8080" -j ${sep(there.ip)}`,
  ])
  expect(nat(text, sep(here.ip))).toEqual([
    '-m comment --comment shop/api:http -s 10.244.1.5 -j KUBE-MARK-MASQ',
    `-m comment --comment shop/api:http -m recent --name ${sep(here.ip)} --set -m tcp -p tcp -j DNAT --to-destination 10.244.1.5:8080`,
  ])
  expect(render(api({ sessionAffinity: 'ClientIP' }), [here])).toContain('--seconds 10800 ')
})

describe('who is masqueraded on the way to a cluster IP', () => {
  const head = (options: Partial<ProxyOptions>): string[] =>
    nat(render(api(), [here], options), cluster).filter((rule) => rule.endsWith('KUBE-MARK-MASQ'))
  const to = '-m comment --comment "shop/api:http cluster IP" -m tcp -p tcp -d 10.96.5.5 --dport 80'
  test('depends on how pods are told from others', () => {
    expect(head({ masqueradeAll: true })).toEqual([`${to} -j KUBE-MARK-MASQ`])
    expect(head({ localDetector: { mode: 'bridgeInterface', name: 'br0' } })).toEqual([`${to} ! -i br0 -j KUBE-MARK-MASQ`])
    expect(head({ localDetector: { mode: 'interfacePrefix', prefix: 'veth' } })).toEqual([`${to} ! -i veth+ -j KUBE-MARK-MASQ`])
    expect(head({ localDetector: { mode: 'none' } })).toEqual([])
  })
})

describe('internalTrafficPolicy: Local', () => {
  const object = api({ internalTrafficPolicy: 'Local' })
  test('uses the endpoints of this node, in a chain of their own', () => {
    const text = render(object, [here, there])
    expect(nat(text, 'KUBE-SERVICES')[0]).toBe(
      `-m comment --comment "shop/api:http cluster IP" -m tcp -p tcp -d 10.96.5.5 --dport 80 -j ${local}`,
    )
    expect(reached(text, local)).toEqual([here.ip])
    expect(text).not.toContain(cluster)
    expect(text).not.toContain(sep(there.ip))
  })
  test('drops, and does not refuse, where there is none', () => {
    const text = render(object, [there])
    expect(filter(text, 'KUBE-SERVICES')).toEqual([
      '-m comment --comment "shop/api:http has no local endpoints" -m tcp -p tcp -d 10.96.5.5 --dport 80 -j DROP',
    ])
    expect(text).not.toContain('KUBE-SVL-')
  })
  test('a remote one that terminates but serves is one still: dropped, not refused', () => {
    const text = render(object, [{ ...there, ready: false, serving: true, terminating: true }])
    expect(filter(text, 'KUBE-SERVICES')[0]).toMatch(/has no local endpoints" .* -j DROP$/)
  })
  test('refuses when there is none anywhere', () => {
    expect(filter(render(object, []), 'KUBE-SERVICES')[0]).toMatch(/has no endpoints" .* -j REJECT$/)
  })
})

describe('externalTrafficPolicy: Local', () => {
  const object = api({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ name: 'http', port: 80, nodePort: 30080 }] })
  const shortcuts = [
    `-m comment --comment "pod traffic for shop/api:http external destinations" -s 10.244.0.0/16 -j ${cluster}`,
    '-m comment --comment "masquerade LOCAL traffic for shop/api:http external destinations" -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ',
    `-m comment --comment "route LOCAL traffic for shop/api:http external destinations" -m addrtype --src-type LOCAL -j ${cluster}`,
  ]
  test('sends strangers to local endpoints unmasqueraded, pods and the node to all', () => {
    const text = render(object, [here, there])
    expect(nat(text, external)).toEqual([...shortcuts, `-j ${local}`])
    expect(reached(text, local)).toEqual([here.ip])
    expect(reached(text, cluster)).toEqual([here.ip, there.ip])
    expect(rulesAbout(text, 'no local endpoints')).toEqual([])
  })
  test('keeps the short cuts where no endpoint is local, and drops strangers in filter', () => {
    const text = render(object, [there])
    expect(nat(text, external)).toEqual(shortcuts)
    expect(filter(text, 'KUBE-EXTERNAL-SERVICES')).toEqual([
      '-m comment --comment "shop/api:http has no local endpoints" -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j DROP',
    ])
    expect(filter(text, 'KUBE-SERVICES')).toEqual([])
  })
  test('without a way to tell pods there is no short cut for them', () => {
    expect(nat(render(object, [here], { localDetector: { mode: 'none' } }), external)).toEqual([...shortcuts.slice(1), `-j ${local}`])
  })
  test('means nothing for a plain ClusterIP', () => {
    expect(render(api({ externalTrafficPolicy: 'Local' }), [there])).toBe(render(api(), [there]))
  })
})

describe('external IPs', () => {
  test('are captured like a node port, without one', () => {
    const text = render(api({ externalIPs: ['203.0.113.9', '2001:db8::9'] }), [here])
    expect(nat(text, 'KUBE-SERVICES')[1]).toBe(
      `-m comment --comment "shop/api:http external IP" -m tcp -p tcp -d 203.0.113.9 --dport 80 -j ${external}`,
    )
    expect(nat(text, external)).toEqual([
      '-m comment --comment "masquerade traffic for shop/api:http external destinations" -j KUBE-MARK-MASQ',
      `-j ${cluster}`,
    ])
    expect(text).not.toContain('2001:db8')
  })
  test('are refused without endpoints', () => {
    expect(filter(render(api({ externalIPs: ['203.0.113.9'] }), []), 'KUBE-EXTERNAL-SERVICES')).toEqual([
      '-m comment --comment "shop/api:http has no endpoints" -m tcp -p tcp -d 203.0.113.9 --dport 80 -j REJECT',
    ])
  })
  test('old spellings are read as decimal', () => {
    expect(render(api({ externalIPs: ['203.000.113.009'] }), [here])).toContain('-d 203.0.113.9 ')
  })
})

describe('load balancers', () => {
  const balanced = (spec: ServiceObject['spec'] = {}, ingress = [{ ip: '198.51.100.7' }]): ServiceObject =>
    api({ type: 'LoadBalancer', ...spec }, ingress)
  test('their addresses are captured', () => {
    expect(nat(render(balanced(), [here]), 'KUBE-SERVICES')[1]).toBe(
      `-m comment --comment "shop/api:http loadbalancer IP" -m tcp -p tcp -d 198.51.100.7 --dport 80 -j ${external}`,
    )
  })
  test('those that proxy, or have only a name, are not', () => {
    const text = render(balanced({}, [{ ip: '198.51.100.7', ipMode: 'Proxy' }, { hostname: 'lb.example' }] as never), [here])
    expect(text).not.toContain('198.51.100.7')
    expect(text).not.toContain('loadbalancer IP')
  })
  test('source ranges: allowed ones pass, the chain ends without a verdict, filter drops the rest', () => {
    const text = render(balanced({ loadBalancerSourceRanges: [' 192.0.2.0/24', '198.18.0.5/15'] }), [here])
    expect(nat(text, firewall)).toEqual([
      `-m comment --comment "shop/api:http loadbalancer IP" -s 192.0.2.0/24 -j ${external}`,
      `-m comment --comment "shop/api:http loadbalancer IP" -s 198.18.0.0/15 -j ${external}`,
      '-m comment --comment "other traffic to shop/api:http will be dropped by KUBE-PROXY-FIREWALL"',
    ])
    expect(nat(text, 'KUBE-SERVICES')[1]).toMatch(new RegExp(`-j ${firewall}$`))
    expect(filter(text, 'KUBE-PROXY-FIREWALL')).toEqual([
      `-m comment --comment "shop/api:http traffic not accepted by ${firewall}" -m tcp -p tcp -d 198.51.100.7 --dport 80 -j DROP`,
    ])
  })
  test('a range that holds the node also lets the address itself in', () => {
    const text = render(balanced({ loadBalancerSourceRanges: ['172.18.0.0/16'] }), [here])
    expect(nat(text, firewall)[1]).toBe(`-m comment --comment "shop/api:http loadbalancer IP" -s 198.51.100.7 -j ${external}`)
  })
  test('source ranges mean nothing without endpoints, and nothing to the node port', () => {
    const object = balanced({ loadBalancerSourceRanges: ['192.0.2.0/24'], ports: [{ name: 'http', port: 80, nodePort: 30080 }] })
    expect(render(object, [])).not.toContain(firewall)
    expect(nat(render(object, [here]), 'KUBE-NODEPORTS')).toEqual([
      `-m comment --comment shop/api:http -m tcp -p tcp --dport 30080 -j ${external}`,
    ])
  })
  test('policy Local: health checks are let in, and every way from outside is dropped without a local endpoint', () => {
    const object = balanced({
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 31000,
      externalIPs: ['203.0.113.9'],
      ports: [{ name: 'http', port: 80, nodePort: 30080 }],
    })
    const text = render(object, [there])
    expect(filter(text, 'KUBE-NODEPORTS')).toEqual([
      '-m comment --comment "shop/api:http health check node port" -m tcp -p tcp --dport 31000 -j ACCEPT',
    ])
    const dropped = '-m comment --comment "shop/api:http has no local endpoints"'
    expect(filter(text, 'KUBE-EXTERNAL-SERVICES')).toEqual([
      `${dropped} -m tcp -p tcp -d 203.0.113.9 --dport 80 -j DROP`,
      `${dropped} -m tcp -p tcp -d 198.51.100.7 --dport 80 -j DROP`,
      `${dropped} -m addrtype --dst-type LOCAL -m tcp -p tcp --dport 30080 -j DROP`,
    ])
    expect(filter(render(balanced({ healthCheckNodePort: 31000 }), [here]), 'KUBE-NODEPORTS')).toEqual([])
  })
})

describe('terminating endpoints', () => {
  const leaving = (ip: string, node: string): SampleEndpoint => ({ ip, node, ready: false, serving: true, terminating: true })
  test('serve only while no other is ready', () => {
    expect(reached(render(api(), [leaving(here.ip, 'worker'), there]), cluster)).toEqual([there.ip])
    expect(reached(render(api(), [leaving(here.ip, 'worker'), { ...there, ready: false }]), cluster)).toEqual([here.ip])
  })
  test('a local one serves strangers although a remote one is ready', () => {
    const object = api({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ name: 'http', port: 80, nodePort: 30080 }] })
    const text = render(object, [leaving(here.ip, 'worker'), there])
    expect(reached(text, local)).toEqual([here.ip])
    expect(reached(text, cluster)).toEqual([there.ip])
    for (const ip of [here.ip, there.ip]) expect(nat(text, sep(ip))).toHaveLength(2)
  })
  test('one that serves no more is no endpoint', () => {
    expect(render(api(), [{ ...here, ready: false, serving: false, terminating: true }])).toContain('has no endpoints')
  })
})

describe('topology hints', () => {
  const hinted = (endpoint: SampleEndpoint, zones?: string[], nodes?: string[]): SampleEndpoint => ({
    ...endpoint,
    ...(zones ? { zones } : {}),
    ...(nodes ? { nodes } : {}),
  })
  const use = (endpoints: SampleEndpoint[]): string[] => reached(render(api(), endpoints), cluster)
  test('zone: used when every ready endpoint has one and one is for this zone', () => {
    expect(use([hinted(here, ['a']), hinted(there, ['b'])])).toEqual([here.ip])
    expect(use([hinted(here, ['a']), there])).toEqual([here.ip, there.ip])
    expect(use([hinted(here, ['b']), hinted(there, ['c'])])).toEqual([here.ip, there.ip])
    expect(use([hinted(here, ['b']), { ...hinted(there, ['a']), ready: false }])).toEqual([here.ip])
  })
  test('node hints win over zone hints', () => {
    expect(use([hinted(here, ['b'], ['worker2']), hinted(there, ['a'], ['worker'])])).toEqual([there.ip])
    expect(use([hinted(here, ['a'], ['other']), hinted(there, ['b'], ['other'])])).toEqual([here.ip])
  })
  test('do not apply to local traffic', () => {
    const object = api({ type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ name: 'http', port: 80, nodePort: 30080 }] })
    const text = render(object, [hinted(here, ['b']), hinted(there, ['a'])])
    expect(reached(text, cluster)).toEqual([there.ip])
    expect(reached(text, local)).toEqual([here.ip])
  })
})

test('UDP, SCTP and IPv6 write their own words', () => {
  const dns = service('kube-system/kube-dns', { clusterIP: '10.96.0.10', ports: [{ name: 'dns', protocol: 'UDP', port: 53 }] })
  const text = renderIptables({
    services: [dns],
    endpointSlices: [slice('kube-system/kube-dns', [{ ip: '10.244.0.2' }], { name: 'dns', protocol: 'UDP', port: 53 })],
    node: { name: 'worker', ip: '172.18.0.3' },
    clusterCIDR: '10.244.0.0/16',
  })
  expect(chainRules(text, 'nat', 'KUBE-SERVICES')[0]).toBe(
    '-A KUBE-SERVICES -m comment --comment "kube-system/kube-dns:dns cluster IP" -m udp -p udp -d 10.96.0.10 --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU',
  )
  const six = renderIptables({
    services: [service('six', { clusterIP: 'fd00:10:96::1', ports: [{ protocol: 'SCTP', port: 80 }] })],
    endpointSlices: [slice('six', [{ ip: 'fd00:10:244:0:0::5' }], { protocol: 'SCTP', port: 8080 })],
    node: { name: 'worker', ip: 'fd00::3' },
    clusterCIDR: 'fd00:10:244::/56',
    options: { family: 'IPv6' },
  })
  expect(six).toContain('-m sctp -p sctp -j DNAT --to-destination [fd00:10:244::5]:8080')
  expect(six).not.toContain('KUBE-FIREWALL')
})
