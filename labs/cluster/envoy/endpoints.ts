// The addresses behind a port of a Service, as EndpointSlices list them. Pure.
import type { Json } from '../api/json-value.ts'
import type { KubeObject } from '../api/store.ts'

/** Ready ones, in a steady order; `port` is the Service's. */
export function endpointsOf(service: KubeObject, port: number, slices: readonly KubeObject[]): { address: string; port: number }[] {
  const { namespace, name } = service.metadata
  const wanted = (service.spec.ports ?? []).find((each: Json) => each.port === port)
  if (!wanted) return []
  const found = slices
    .filter((slice) => slice.metadata.namespace === namespace && slice.metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap((slice) => {
      const target = (slice.ports ?? []).find((each: Json) => (each.name ?? '') === (wanted.name ?? ''))?.port
      const ready = (slice.endpoints ?? []).filter((endpoint: Json) => endpoint.conditions?.ready !== false)
      return target === undefined
        ? []
        : ready.flatMap(({ addresses }: Json) => addresses.map((address: string) => ({ address, port: target })))
    })
  return found.sort((a, b) => (a.address < b.address ? -1 : 1))
}
