// What the server has: /api, /apis in both the aggregated and the plain form, and /version. Built when first asked for.
import { servedResources } from '../resources/registry.ts'
import type { ResourceDefinition } from '../resources/resource.ts'
import type { ApiAnswer } from './call.ts'

interface Sub {
  name: string
  group: string
  version: string
  kind: string
  verbs: string[]
}
interface Extra {
  group: string
  version: string
  resource: string
  singular: string
  kind: string
  namespaced: boolean
  verbs: string[]
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
/** Kinds that are posted and answered, never stored. */
const reviews: Extra[] = [
  {
    group: 'authentication.k8s.io',
    version: 'v1',
    resource: 'selfsubjectreviews',
    singular: 'selfsubjectreview',
    kind: 'SelfSubjectReview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    resource: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    kind: 'SelfSubjectAccessReview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    resource: 'selfsubjectrulesreviews',
    singular: 'selfsubjectrulesreview',
    kind: 'SelfSubjectRulesReview',
    namespaced: false,
    verbs: ['create'],
  },
]
export const groups = [
  '',
  'apiextensions.k8s.io',
  'apps',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'gateway.networking.k8s.io',
  'networking.k8s.io',
  'policy',
]

export function subresourcesOf(d: ResourceDefinition): Sub[] {
  const own = { group: d.group, version: d.version, kind: d.kind }
  const subs: Sub[] = []
  if (d.resource === 'pods') {
    const streams = { group: '', version: 'v1', verbs: ['create', 'get'] }
    subs.push(
      { ...streams, name: 'attach', kind: 'PodAttachOptions' },
      { name: 'binding', group: '', version: 'v1', kind: 'Binding', verbs: ['create'] },
      { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
      { ...streams, name: 'exec', kind: 'PodExecOptions' },
      { ...own, name: 'log', verbs: ['get'] },
      { ...streams, name: 'portforward', kind: 'PodPortForwardOptions' },
    )
  }
  if (d.resource === 'namespaces') subs.push({ ...own, name: 'finalize', verbs: ['update'] })
  if (d.scale) subs.push({ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] })
  if (d.status) subs.push({ ...own, name: 'status', verbs: ['get', 'patch', 'update'] })
  if (d.resource === 'serviceaccounts')
    subs.push({ name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] })
  return subs
}

const ofGroup = (group: string) => servedResources.filter((d) => d.group === group).sort((a, b) => (a.resource < b.resource ? -1 : 1))
const verbsOf = (d: ResourceDefinition): string[] =>
  d.verbs ?? (d.resource === 'namespaces' ? allVerbs.filter((v) => v !== 'deletecollection') : allVerbs)

function aggregatedGroup(group: string): unknown {
  const items = [
    ...ofGroup(group).map((d) => {
      const subs = subresourcesOf(d)
      return {
        resource: d.resource,
        responseKind: { group: d.group, version: d.version, kind: d.kind },
        scope: d.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: d.singular,
        verbs: verbsOf(d),
        ...(d.shortNames ? { shortNames: d.shortNames } : {}),
        ...(d.categories ? { categories: d.categories } : {}),
        ...(subs.length
          ? {
              subresources: subs.map((s) => ({
                subresource: s.name,
                responseKind: { group: s.group, version: s.version, kind: s.kind },
                verbs: s.verbs,
              })),
            }
          : {}),
      }
    }),
    ...reviews
      .filter((r) => r.group === group)
      .map((r) => ({
        resource: r.resource,
        responseKind: { group, version: r.version, kind: r.kind },
        scope: 'Cluster',
        singularResource: r.singular,
        verbs: r.verbs,
      })),
  ]
  return {
    metadata: group ? { name: group, creationTimestamp: null } : { creationTimestamp: null },
    versions: [{ version: 'v1', resources: items, freshness: 'Current' }],
  }
}

function plainResources(group: string): unknown {
  const list = ofGroup(group).flatMap((d) => [
    {
      name: d.resource,
      singularName: d.singular,
      namespaced: d.namespaced,
      kind: d.kind,
      verbs: verbsOf(d),
      ...(d.shortNames ? { shortNames: d.shortNames } : {}),
      ...(d.categories ? { categories: d.categories } : {}),
    },
    ...subresourcesOf(d).map((s) => ({
      name: `${d.resource}/${s.name}`,
      singularName: '',
      namespaced: d.namespaced,
      ...(s.group !== d.group ? { group: s.group, version: s.version } : {}),
      kind: s.kind,
      verbs: s.verbs,
    })),
  ])
  const more = reviews
    .filter((r) => r.group === group)
    .map((r) => ({ name: r.resource, singularName: r.singular, namespaced: false, kind: r.kind, verbs: r.verbs }))
  return {
    kind: 'APIResourceList',
    ...(group ? { apiVersion: 'v1' } : {}),
    groupVersion: group ? `${group}/v1` : 'v1',
    resources: [...list, ...more],
  }
}

const plainGroup = (name: string) => ({
  name,
  versions: [{ groupVersion: `${name}/v1`, version: 'v1' }],
  preferredVersion: { groupVersion: `${name}/v1`, version: 'v1' },
})

/** The form the client asked for; the type of the answer repeats it. */
function aggregatedVersion(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  for (const choice of (accept ?? '').split(',')) {
    if (!choice.includes('as=APIGroupDiscoveryList')) {
      if (choice.trim().startsWith('application/json')) return undefined
      continue
    }
    const version = /;v=(v2(?:beta1)?)(?:;|$)/.exec(choice.trim())?.[1]
    if (version === 'v2' || version === 'v2beta1') return version
  }
  return undefined
}

const made = new Map<string, unknown>()
function once(key: string, make: () => unknown): unknown {
  if (!made.has(key)) made.set(key, make())
  return made.get(key)
}

/** undefined: not a discovery path. */
export function discover(path: string, accept: string | undefined): ApiAnswer | undefined {
  if (path === '/api' || path === '/apis') {
    const version = aggregatedVersion(accept)
    if (version) {
      const body = once(`${path} ${version}`, () => ({
        kind: 'APIGroupDiscoveryList',
        apiVersion: `apidiscovery.k8s.io/${version}`,
        metadata: {},
        items: (path === '/api' ? [''] : groups.slice(1)).map(aggregatedGroup),
      }))
      return { status: 200, contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`, body }
    }
    const body =
      path === '/api'
        ? {
            kind: 'APIVersions',
            versions: ['v1'],
            serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '172.18.0.2:6443' }],
          }
        : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.slice(1).map(plainGroup) }
    return { status: 200, body }
  }
  if (path === '/api/v1') return { status: 200, body: once(path, () => plainResources('')) }
  const m = /^\/apis\/([^/]+)(\/v1)?$/.exec(path)
  if (m?.[1] && groups.includes(m[1])) {
    const group = m[1]
    return {
      status: 200,
      body: m[2] ? once(path, () => plainResources(group)) : { kind: 'APIGroup', apiVersion: 'v1', ...plainGroup(group) },
    }
  }
  return undefined
}

/** The Kubernetes this API is that of; kubectl compares it with its own. */
export const version = {
  major: '1',
  minor: '37',
  emulationMajor: '1',
  emulationMinor: '37',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '36',
  gitVersion: 'v1.37.1',
  gitCommit: 'f78e722310e50bcaca9276be22276d9e91d91308',
  gitTreeState: 'clean',
  buildDate: '2026-09-23T17:10:04Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
}
/** Those that have a schema: nobody explains or checks what is never there. */
export const kindsOfGroup = (group: string): ResourceDefinition[] => ofGroup(group).filter(({ isEmpty }) => !isEmpty)
