// Where the packet died in every scenario's own fault, asked of a real lab process; and what asking costs. Needs a built dist/ and network namespaces.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scenarioIds } from '../catalogue/scenario-catalogue.ts'
import type { LabSnapshot } from '../spec/lab.ts'
import { systemClock } from '../system/clock.ts'
import { readInstallation } from '../system/installation.ts'
import { type ProofLab, startProofLab } from './proof-lab.ts'
import { skipWhereItCannotRun } from './testing/prove-scenarios.ts'

const scenarios = join(import.meta.dirname, '../scenarios')
const signal = new AbortController().signal

interface Expected {
  from: string
  to: string
  verdict: { state: string | RegExp; cause: string | RegExp; place?: string | RegExp }
  /** what the scenario says of following; default hint */
  rule?: 'free'
}
/** The end is not found; the verdict must say so, and name no wrong one. */
const unknown = { state: 'unknown', cause: 'unknown' }
/** A scenario without a line here fails: its fault must have been looked at. `closed`: it does not let packets be followed before it is solved. */
const expected: Record<string, Expected | 'closed'> = {
  'sd-selector-typo': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'rejected', cause: 'no-endpoints', place: 'node/worker' },
  },
  'nm-ip-forward-off': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'dropped', cause: 'forwarding-off', place: 'node/worker2' },
  },
  'out-masquerade-missing': {
    from: 'deploy/billing',
    to: 'http://partner',
    verdict: { state: 'misrouted', cause: 'pod-address-outside', place: 'host/partner' },
  },
  // its fault lets in too much: the packet arrives
  'np-and-or-selector': {
    from: 'pod/shop:web',
    to: 'tcp://db.data:5432',
    verdict: { state: 'delivered', cause: 'answered', place: /^pod\/data:db-/ },
  },
  'np-service-port-vs-pod-port': 'closed',
  'gw-upstream-timeout': 'closed',
  'mesh-app-bind': 'closed',
  'mesh-uid-loop': 'closed',
  'nm-loopback-bind': 'closed',
  'sd-target-port-mismatch': 'closed',
  'sd-not-ready-endpoints': {
    from: 'pod/client',
    to: 'http://tiles',
    verdict: { state: 'rejected', cause: 'no-endpoints', place: 'node/worker' },
  },
  // the lookup dies first, and the resolver is a Service as well
  'sd-iptables-flushed': {
    from: 'deploy/report',
    to: 'http://web',
    verdict: { state: 'misrouted', cause: 'not-translated', place: 'node/worker2' },
  },
  'sd-etp-local-no-endpoint': {
    from: 'host/customer',
    to: 'http://worker2:30080',
    verdict: { state: 'dropped', cause: 'rule-drop', place: 'node/worker2' },
  },
  'sd-itp-local-drop': {
    from: 'pod/shop-b',
    to: 'http://agent',
    verdict: { state: 'dropped', cause: 'rule-drop', place: 'node/worker2' },
  },
  // somebody answers, and it is not the console
  'sd-nodeport-conflict': {
    from: 'host/operator',
    to: 'http://worker:30080',
    verdict: { state: 'delivered', cause: 'answered', place: /^pod\/kiosk-/ },
  },
  // only the flow of one port is lost, and a packet to follow comes from another
  'sd-stale-udp-conntrack': {
    from: 'pod/till',
    to: 'dns://price.company.test@names',
    verdict: { state: 'delivered', cause: 'answered', place: /^pod\/names-/ },
  },
  'nm-static-arp-poison': 'closed',
  'pp-pod-route-lost': {
    from: 'pod/client',
    to: 'http://cart',
    verdict: { state: 'misrouted', cause: 'route-elsewhere', place: 'node/worker' },
  },
  'pp-legacy-nft-conflict': {
    from: 'pod/client',
    to: 'http://shop',
    verdict: { state: 'dropped', cause: 'legacy-policy', place: 'node/worker' },
  },
  'in-nodeport-blocked': {
    from: 'host/balancer',
    to: 'http://worker:30080',
    verdict: { state: 'dropped', cause: 'rule-drop', place: 'node/worker' },
  },
  'out-egress-firewall': {
    from: 'deploy/billing',
    to: 'tcp://203.0.113.10:443',
    verdict: { state: 'dropped', cause: 'policy-drop', place: 'host/gate' },
  },
  // small packets pass
  'out-mtu-blackhole': {
    from: 'deploy/books',
    to: 'http://203.0.113.10',
    verdict: { state: 'delivered', cause: 'answered', place: 'host/archive' },
    rule: 'free',
  },
  'dns-egress-policy': {
    from: 'pod/shop:web',
    to: 'dns://api.shop.svc.cluster.local',
    verdict: { state: 'dropped', cause: 'network-policy', place: 'node/worker' },
  },
  // some queries are too many, and one alone may not be
  'dns-ndots-amplification': {
    from: 'deploy/quotes',
    to: 'dns://rates.partner.example',
    verdict: { state: /^(delivered|dropped)$/, cause: /^(answered|rule-drop)$/, place: /coredns|^node\/worker$/ },
  },
  'nm-hairpin-off': {
    from: 'deploy/invoice',
    to: 'http://invoice',
    verdict: { state: 'dropped', cause: 'hairpin-off', place: 'node/worker' },
  },
  // the answer is seen on its card; what the kernel does with it behind that, no witness sees
  'dns-missing-packets': { from: 'pod/orders', to: 'dns://web.default.svc.cluster.local', verdict: unknown },
  'nm-bridge-nf-call-off': {
    from: 'pod/client',
    to: 'http://api',
    verdict: { state: 'bad-reply', cause: 'not-translated-back', place: 'pod/client' },
  },
  'fw-vxlan-blocked': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'dropped', cause: 'rule-drop', place: 'node/worker2' },
  },
  'cni-vxlan-fdb-stale': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'stuck', cause: 'wrong-neighbour', place: 'node/worker' },
  },
  'cni-vni-mismatch': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'dropped', cause: 'no-such-network', place: 'node/worker2' },
  },
  // between two rounds of asking the kernel refuses at once, and there is no packet to see
  'cni-proxy-arp-off': {
    from: 'pod/report',
    to: 'tcp://10.96.0.1:443',
    verdict: { state: /^(stuck|unknown)$/, cause: /^(arp-unanswered|unknown)$/ },
  },
  // the frame goes in at the card and nobody sees it again
  'ebpf-xdp-blocklist': { from: 'host/acme', to: 'http://worker:30080', verdict: { state: 'unknown', cause: 'unknown' } },
  // no packet ever has the Service's address
  'ebpf-connect4-stale-backend': { from: 'pod/till', to: 'http://stock', verdict: { state: 'misrouted', cause: 'no-such-address' } },
  'ebpf-drop-reason': 'closed',
  'cni-config-broken': {
    from: 'pod/client',
    to: 'http://web',
    verdict: { state: 'rejected', cause: 'no-endpoints', place: 'node/worker' },
  },
  // the packet arrives, at a door that says no in HTTP; behind a hostPort the pod is not looked for
  'ing-backend-port': {
    from: 'host/customer',
    to: 'http://shop.example',
    verdict: { state: 'delivered', cause: 'answered', place: 'node/worker' },
  },
  'ing-class-missing': {
    from: 'host/customer',
    to: 'http://shop.example',
    verdict: { state: 'delivered', cause: 'answered', place: 'node/worker' },
  },
}
const matching = (verdict: Expected['verdict']) =>
  Object.fromEntries(Object.entries(verdict).map(([key, value]) => [key, value instanceof RegExp ? expect.stringMatching(value) : value]))

describe('where the packet died', async () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'podwire-paths-'))
    process.env.PODWIRE_RUNTIME_DIR = join(folder, 'run')
    process.env.PODWIRE_STATE_DIR ??= join(tmpdir(), 'podwire-proof-logs')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.concurrent.for(await scenarioIds(scenarios))('%s', async (id, context) => {
    const question = expected[id]
    if (!question) throw new Error(`${id} is not in the table of this test`)
    await skipWhereItCannotRun(id, context)
    const lab = await startProofLab({
      installation: readInstallation(),
      scenarioFolder: join(scenarios, id),
      runtime: 'embedded',
      memoryMB: 1024,
      clock: systemClock,
      signal,
    })
    try {
      await lab.reached('healthy', 30_000)
      await lab.client.request({ op: 'break' })
      await lab.reached('broken', 30_000)
      if (question === 'closed') return await isClosed(lab)
      const { from, to, verdict, rule = 'hint' } = question
      // a rollout that belongs to the fault may still be under way
      await lab.sawFault(10_000)
      if (rule === 'hint') await asksForConsent(lab, { from, to })
      const result = await lab.client.request({ op: 'path', from, to, pay: true, locale: 'en' })
      expect(result.verdict, result.verdict.sentence).toMatchObject(matching(verdict))
      expect(result.verdict.sentence).toMatch(/^[A-Z`].*\.$/)
      const after: LabSnapshot = await lab.client.request({ op: 'snapshot' })
      expect(after.path).toEqual({ rule, state: 'open' })
      const chinese = await lab.client.request({ op: 'path', from, to, pay: false, locale: 'zh-CN' })
      expect(chinese.verdict.sentence).toMatch(/[\u4e00-\u9fff].*。$/)
    } finally {
      await lab.stop()
    }
  })
})

/** In an unsolved lab it counts as a hint, and is not done before the learner agrees. */
async function asksForConsent({ client }: ProofLab, question: { from: string; to: string }): Promise<void> {
  const before: LabSnapshot = await client.request({ op: 'snapshot' })
  expect(before.path).toEqual({ rule: 'hint', state: 'costs' })
  const misspelt = { from: 'pod/nobody', to: question.to, pay: true, locale: 'en' as const }
  await expect(client.request({ op: 'path', ...misspelt })).rejects.toMatchObject({ code: 'target-unknown' })
  await expect(client.request({ op: 'path', ...question, pay: false, locale: 'en' })).rejects.toMatchObject({
    code: 'forbidden',
    hint: expect.stringContaining('--pay'),
  })
}

async function isClosed({ client }: ProofLab): Promise<void> {
  const { path }: LabSnapshot = await client.request({ op: 'snapshot' })
  expect(path).toEqual({ rule: 'solved', state: 'closed' })
  const asked = client.request({ op: 'path', from: 'laptop', to: 'ping://worker', pay: true, locale: 'en' })
  await expect(asked).rejects.toMatchObject({ code: 'forbidden' })
}
