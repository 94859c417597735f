// Ingresses as nginx's virtual hosts and locations, put together in ingress-nginx's order: the oldest Ingress has the first word.
import { type Backend, backendOf } from './backends.ts'
import { type IngressInputs, type IngressObject, keyOf, type PathType } from './objects.ts'
import { type LocationSettings, settingsOf } from './settings.ts'

export interface Location {
  path: string
  pathType: PathType
  /** undefined: the built-in default backend, which answers 404 */
  backend: Backend | undefined
  ingress: IngressObject | undefined
  settings: LocationSettings
}
export interface Server {
  /** `_` is the catch-all */
  host: string
  locations: Location[]
}

export const catchAll = '_'

/** Of the catch-all, then of the hosts by name. Locations are the Ingresses' own; withExactTwins() makes nginx's of them. */
export function serversOf({ ingresses }: Pick<IngressInputs, 'ingresses'>): Server[] {
  const oldestFirst = [...ingresses].sort(
    (a, b) =>
      Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '') || (keyOf(a) < keyOf(b) ? -1 : 1),
  )
  const root = (ingress: IngressObject | undefined, backend: Backend | undefined): Location & { isFallback: boolean } => ({
    path: '/',
    pathType: 'Prefix',
    backend,
    ingress,
    settings: settingsOf(ingress),
    isFallback: true,
  })
  const servers = new Map([[catchAll, [root(undefined, undefined)]]])
  const hostOf = ({ host }: { host?: string }): string => host || catchAll

  for (const ingress of oldestFirst) {
    const own = ingress.spec?.defaultBackend && backendOf(ingress, ingress.spec.defaultBackend)
    const rules = ingress.spec?.rules ?? []
    const fallback = servers.get(catchAll)?.[0]
    // with rules too: as upstream, where it answers whatever no host takes
    if (own && fallback?.isFallback)
      Object.assign(fallback, { backend: own, ingress, settings: settingsOf(ingress), isFallback: rules.length > 0 })
    for (const rule of rules) if (!servers.has(hostOf(rule))) servers.set(hostOf(rule), [root(ingress, own)])
  }
  for (const ingress of oldestFirst) {
    for (const rule of ingress.spec?.rules ?? []) {
      const locations = servers.get(hostOf(rule)) ?? []
      for (const { path = '', pathType, backend: given } of rule.http?.paths ?? []) {
        const backend = backendOf(ingress, given)
        if (!backend) continue
        const location = {
          path: path || '/',
          pathType: pathType as PathType,
          backend,
          ingress,
          settings: settingsOf(ingress),
          isFallback: false,
        }
        const same = locations.findIndex((each) => each.path === location.path && (each.pathType === location.pathType || each.isFallback))
        if (same === -1) locations.push(location)
        else if (locations[same]?.isFallback) locations[same] = location
      }
    }
  }
  return [...servers]
    .map(([host, locations]) => ({ host, locations }))
    .sort((a, b) => Number(b.host === catchAll) - Number(a.host === catchAll) || (a.host < b.host ? -1 : 1))
}

/** nginx's prefixes end anywhere, Ingress' at a slash: /shop as Prefix is /shop/ and exactly /shop. */
export function withExactTwins(locations: readonly Location[]): Location[] {
  const exact = new Set(locations.filter(({ pathType }) => pathType === 'Exact').map(({ path }) => path))
  return locations.flatMap((location): Location[] => {
    if (location.pathType !== 'Prefix' || location.path === '/' || location.settings.isRegex) return [location]
    const prefix = { ...location, path: location.path.endsWith('/') ? location.path : `${location.path}/` }
    return exact.has(location.path) ? [prefix] : [prefix, { ...location, pathType: 'Exact' }]
  })
}
