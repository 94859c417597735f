// Made-up fixes around a Service: made anew under its name, or gone around by an address in the client. Used by generate.ts; pure.
import type { Scenario, Step } from '../../spec/scenario.ts'
import { isOwn, type LabObjects, nameOf, type ObjectOf, ofKind, podsOf, workloadsOf } from './lab-objects.ts'
import { type Mutation, onLaptop, withManifest } from './mutation.ts'
import { askedByName, asksFor, placesOf, serviceNames } from './questions-asked.ts'

type Service = ObjectOf<'Service'>
const sameName = (service: Service) => (other: { metadata: { namespace: string; name: string } }) =>
  other.metadata.namespace === service.metadata.namespace && other.metadata.name === service.metadata.name

/** Each Service that a probe is about, as `kubectl expose` would make it where there is something of its name; else as it was, but for its address. */
export function serviceMutations(lab: LabObjects, { checks, guards, symptom }: Scenario): Mutation[] {
  const entries = [...checks, ...guards, ...symptom]
  const asked = askedByName(entries)
  const isAbout = (service: Service) =>
    asked.some((each) => asksFor(service, each)) ||
    entries.some(
      (entry) =>
        'service' in entry && entry.service.name === service.metadata.name && entry.service.namespace === service.metadata.namespace,
    )
  return ofKind(lab, 'Service')
    .filter((service) => isOwn(service) && isAbout(service))
    .map((service) => {
      const { name, namespace } = service.metadata
      const deployment = workloadsOf(lab).find((each) => each.kind === 'Deployment' && sameName(service)(each))
      const [port] = service.spec.ports
      const create =
        deployment && port
          ? `kubectl -n ${namespace} expose deployment ${name} --port=${port.port} --target-port=${port.targetPort ?? port.port}`
          : withManifest('kubectl create', withoutAddress(service))
      return { id: `recreate-service:${nameOf(service)}`, steps: [onLaptop(`kubectl -n ${namespace} delete service ${name}`, create)] }
    })
}

function withoutAddress({ apiVersion, kind, metadata: { name, namespace, labels }, spec }: Service) {
  const { clusterIP, clusterIPs: _, healthCheckNodePort: __, ...rest } = spec
  return { apiVersion, kind, metadata: { name, namespace, labels }, spec: { ...rest, ...(clusterIP === 'None' ? { clusterIP } : {}) } }
}

/** A line in the hosts file of everybody who asks for it in a check: the address of one Pod that runs now. */
export function hardCodedMutations(lab: LabObjects, { checks }: Scenario): Mutation[] {
  const asked = askedByName(checks)
  return ofKind(lab, 'Service')
    .filter(isOwn)
    .flatMap((service): Mutation[] => {
      const address = podAddress(lab, service)
      const clients = asked.filter((each) => asksFor(service, each))
      const places = new Set(clients.flatMap(({ from }) => placesOf(lab, from)))
      if (!address || places.size === 0) return []
      const line = `echo '${address} ${serviceNames(service).join(' ')}' >> /etc/hosts`
      const steps = [...places].map((on): Step => ({ on, run: line }))
      return [{ id: `hard-coded-address:${nameOf(service)}`, namesPods: true, steps }]
    })
}

/** Of one that the Service lists, or that its Deployment's name promises. */
function podAddress(lab: LabObjects, service: Service): string | undefined {
  const listed = ofKind(lab, 'EndpointSlice')
    .filter(
      ({ metadata }) =>
        metadata.namespace === service.metadata.namespace && metadata.labels['kubernetes.io/service-name'] === service.metadata.name,
    )
    .flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses))
  const promised = workloadsOf(lab)
    .filter(sameName(service))
    .flatMap((workload) => podsOf(lab, workload).flatMap(({ status }) => status?.podIP ?? []))
  return [...listed, ...promised][0]
}
