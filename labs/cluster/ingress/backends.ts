// The Services that Ingresses send to, and the addresses behind them: ready ones, as ingress-nginx goes around the ClusterIP.
import { type IngressBackend, type IngressInputs, type IngressObject, keyOf } from './objects.ts'

export interface Backend {
  /** namespace-service-port, which nginx's log shows in brackets */
  name: string
  namespace: string
  service: string
  /** a number or a name, as the Ingress has it */
  port: string
}

/** Undefined for a backend that is no Service. */
export function backendOf({ metadata }: IngressObject, { service }: IngressBackend): Backend | undefined {
  if (!service) return undefined
  const { namespace = 'default' } = metadata
  const port = String(service.port?.name || service.port?.number)
  return { name: `${namespace}-${service.name}-${port}`, namespace, service: service.name, port }
}

/** address:port of each ready endpoint, and what the controller says in its log when there is none. */
export function endpointsOf({ namespace, service: name, port }: Backend, inputs: IngressInputs): { addresses: string[]; warning?: string } {
  const key = `${namespace}/${name}`
  const service = inputs.services.find((each) => keyOf(each) === key)
  if (!service)
    return { addresses: [], warning: `Error obtaining Endpoints for Service "${key}": no object matching key "${key}" in local store` }
  if (service.spec?.type === 'ExternalName')
    return { addresses: [], warning: `Service "${key}" of type ExternalName not allowed due to Ingress configuration.` }
  // as upstream: the target's number will do for the Service's
  const found = service.spec?.ports?.find((each) =>
    [each.port, each.targetPort, each.name].some((word) => word !== undefined && String(word) === port),
  )
  // upstream says nothing of a port that the Service does not have
  if (!found || (found.protocol ?? 'TCP') !== 'TCP') return { addresses: [] }
  const addresses = inputs.endpointSlices
    .filter(
      ({ metadata, addressType = 'IPv4' }) =>
        metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name && addressType === 'IPv4',
    )
    .flatMap(({ endpoints, ports }) =>
      (ports ?? [])
        .filter((each) => (each.name ?? '') === (found.name ?? '') && (each.protocol ?? 'TCP') === 'TCP' && each.port)
        .flatMap(({ port }) => (endpoints ?? []).filter(isReady).map(({ addresses: [address] }) => `${address}:${port}`)),
    )
  if (addresses.length === 0) return { addresses, warning: `Service "${key}" does not have any active Endpoint.` }
  return { addresses: [...new Set(addresses)].sort() }
}

const isReady = ({ conditions }: { conditions?: { ready?: boolean | null } }): boolean => conditions?.ready !== false
