// Made-up fixes that write routes by hand: to the Pods of today on every node, to the Pods' networks on outside hosts. Used by generate.ts; pure.
import type { Step } from '../../spec/scenario.ts'
import { type LabObjects, ofKind } from './lab-objects.ts'
import type { Mutation } from './mutation.ts'

interface Route {
  to: string
  /** the node behind which it lies */
  node: string
  via: string
}

/** A machine that cannot have one of the routes still gets the others; one that gets none has not been changed. */
const addRoutes = (routes: readonly Route[]) =>
  ['added=', ...routes.map(({ to, via }) => `ip route replace ${to} via ${via} && added=1 || true`), '[ -n "$added" ]'].join('\n')

export function routeMutations(lab: LabObjects): Mutation[] {
  const nodes = ofKind(lab, 'Node').flatMap(({ metadata: { name }, spec: { podCIDR }, status }) => {
    const via = status.addresses.find(({ type }) => type === 'InternalIP')?.address
    return via ? [{ name, podCIDR, via }] : []
  })
  const toPods = ofKind(lab, 'Pod').flatMap(({ spec: { nodeName, hostNetwork }, status }): Route[] => {
    const via = nodes.find(({ name }) => name === nodeName)?.via
    return via && nodeName && status?.podIP && !hostNetwork ? [{ to: `${status.podIP}/32`, node: nodeName, via }] : []
  })
  const toNetworks = nodes.flatMap(({ name, podCIDR, via }): Route[] => (podCIDR ? [{ to: podCIDR, node: name, via }] : []))
  const onNodes = nodes.flatMap(({ name }): Step[] => {
    const routes = toPods.filter(({ node }) => node !== name)
    return routes.length ? [{ on: `node/${name}`, run: addRoutes(routes) }] : []
  })
  const hosts = [...lab.tables.keys()].filter((place) => place.startsWith('host/'))
  return [
    ...(onNodes.length ? [{ id: 'static-routes:nodes', namesPods: true, steps: onNodes } as const] : []),
    ...(hosts.length && toNetworks.length
      ? [{ id: 'static-routes:hosts', steps: hosts.map((on): Step => ({ on, run: addRoutes(toNetworks) })) } as const]
      : []),
  ]
}
