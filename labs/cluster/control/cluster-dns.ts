// Cluster DNS and the lan's resolver, joined to their relays: coredns pods carry queries of pods, one process on the switch those of nodes and hosts.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit, SandboxProcess } from '../../system/sandbox-init.ts'
import type { ApiStore } from '../api/store.ts'
import { clusterNodes, type LanHost, lan } from '../cni/topology.ts'
import { answerLanQuery } from '../dns/lan-resolver.ts'
import { serveRelay } from '../dns/relay.ts'
import { createDnsServer } from '../dns/server.ts'
import { clusterDnsConfig, type DnsView } from '../dns/view.ts'

export interface ClusterDns {
  /** Answers what a coredns pod passes on, for as long as its process runs. */
  serveRelay(process: SandboxProcess): void
  /** Answers at 172.18.0.1, from now on. */
  serveLan(): void
}
export interface ClusterDnsOptions {
  store: ApiStore
  init: SandboxInit
  /** may grow */
  hosts: readonly LanHost[]
  clock: Clock
  log: Log
}

const restartMs = 200

export function createClusterDns({ store, init, hosts, clock, log }: ClusterDnsOptions): ClusterDns {
  const machines = () => [...clusterNodes, ...hosts, { name: 'gateway', address: lan.gateway }]
  // CoreDNS forwards to the node's resolver, which is the lan's
  const answer = createDnsServer({
    view: () =>
      ({
        services: store.list('services'),
        endpointSlices: store.list('endpointslices'),
        namespaces: store.list('namespaces'),
      }) as unknown as DnsView,
    config: clusterDnsConfig(Math.floor(clock.now() / 1000)),
    forward: async (query, transport) => answerLanQuery(query, transport, machines()),
  })

  function serveLan(): void {
    const relay = init.spawn({ view: 'platform', argv: ['podwire-workload', 'dns-relay', '--port', '53'] })
    relay.onStderr((bytes) => {
      relay.ack(bytes.length)
      log.warn({ text: bytes.toString('utf8').trim() }, 'resolver of the lan')
    })
    serveRelay(relay, async (query, transport) => answerLanQuery(query, transport, machines()), log)
    void relay.exited.then((code) => {
      log.info({ code }, 'the resolver of the lan ended and is started again')
      clock.after(restartMs, serveLan)
    })
  }

  return { serveRelay: (process) => serveRelay(process, answer, log), serveLan }
}
