// Cluster DNS and the lan's resolver: each coredns pod is a CoreDNS of its own, one process on the switch answers nodes, hosts and what CoreDNS forwards.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { SandboxInit, SandboxProcess } from '../../system/sandbox-init.ts'
import type { ApiStore } from '../api/store.ts'
import { clusterNodes, type LanHost, lan } from '../cni/topology.ts'
import { answerLanQuery } from '../dns/lan-resolver.ts'
import { startCoreDns } from '../dns/process.ts'
import { openRelay, type RelayedQuery } from '../dns/relay.ts'
import type { DnsView } from '../dns/view.ts'
import type { DnsContainer } from '../kubelet/kubelet.ts'

export interface ClusterDns {
  /** Is CoreDNS for a coredns pod's process, for as long as it runs. */
  serve(process: SandboxProcess, inside: DnsContainer): void
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
  const serial = Math.floor(clock.now() / 1000)
  const view = () =>
    ({
      services: store.list('services'),
      endpointSlices: store.list('endpointslices'),
      namespaces: store.list('namespaces'),
      // only `pods verified` looks
      get pods() {
        return store.list('pods')
      },
    }) as unknown as DnsView

  function serve(process: SandboxProcess, inside: DnsContainer): void {
    const answer = (query: RelayedQuery) => coredns.answer(query)
    const relay = openRelay(process, { answer, onTerminate: () => coredns.terminate() }, log)
    const coredns = startCoreDns({ ...inside, relay, view, serial, clock })
    void process.exited.then(coredns.ended)
  }

  function serveLan(): void {
    const relay = init.spawn({ view: 'platform', argv: ['podwire-workload', 'dns-relay', '--port', '53'] })
    relay.onStderr((bytes) => {
      relay.ack(bytes.length)
      log.warn({ text: bytes.toString('utf8').trim() }, 'resolver of the lan')
    })
    const answer = async ({ message, protocol }: RelayedQuery) =>
      protocol === 'http' ? undefined : answerLanQuery(message, protocol, machines())
    openRelay(relay, { answer }, log)
    void relay.exited.then((code) => {
      log.info({ code }, 'the resolver of the lan ended and is started again')
      clock.after(restartMs, serveLan)
    })
  }

  return { serve, serveLan }
}
