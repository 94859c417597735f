// What a broken lab holds that people try to mend it with: its Kubernetes objects, and the packet filter's tables of every machine. Used by try-mutations.ts.
import { z } from 'zod'
import type { LabClient } from '../../labd/client.ts'
import { LabError } from '../../spec/errors.ts'
import type { Scenario } from '../../spec/scenario.ts'
import { runInLab } from '../lab-command.ts'

const labels = z.record(z.string(), z.string())
const metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().default('default'),
  labels: labels.default({}),
  annotations: labels.default({}),
  ownerReferences: z.array(z.unknown()).default([]),
})
const pod = z.looseObject({
  apiVersion: z.string(),
  kind: z.literal('Pod'),
  metadata,
  spec: z.looseObject({ nodeName: z.string().optional(), hostNetwork: z.boolean().optional() }),
  status: z.looseObject({ podIP: z.string().optional() }).optional(),
})
const workload = z.looseObject({
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
  metadata,
  spec: z.looseObject({
    replicas: z.number().optional(),
    selector: z.looseObject({ matchLabels: labels.default({}) }),
    template: z.looseObject({ spec: z.looseObject({ hostNetwork: z.boolean().optional() }) }),
  }),
})
const service = z.looseObject({
  apiVersion: z.string(),
  kind: z.literal('Service'),
  metadata,
  spec: z.looseObject({
    type: z.string().optional(),
    clusterIP: z.string().optional(),
    ports: z.array(z.looseObject({ port: z.number(), targetPort: z.union([z.number(), z.string()]).optional() })).default([]),
  }),
})
const slice = z.looseObject({
  kind: z.literal('EndpointSlice'),
  metadata,
  endpoints: z
    .array(z.looseObject({ addresses: z.array(z.string()) }))
    .nullish()
    .transform((found) => found ?? []),
})
const policy = z.looseObject({ kind: z.literal('NetworkPolicy'), metadata })
const node = z.looseObject({
  kind: z.literal('Node'),
  metadata,
  spec: z.looseObject({ podCIDR: z.string().optional() }),
  status: z.looseObject({ addresses: z.array(z.looseObject({ type: z.string(), address: z.string() })).default([]) }),
})
const object = z.discriminatedUnion('kind', [pod, workload, service, slice, policy, node])
export type LabObject = z.infer<typeof object>
type Matching<O, K> = O extends { kind: infer Kinds } ? (K extends Kinds ? O : never) : never
export type ObjectOf<K extends LabObject['kind']> = Matching<LabObject, K>
export type Workload = z.infer<typeof workload>

export interface LabObjects {
  objects: LabObject[]
  /** packet filter tables with rules, by place (`node/worker`, `host/partner`); of iptables only `nat`, of others `inet/name` */
  tables: ReadonlyMap<string, readonly string[]>
  /** how long a rollout that works may take there */
  rolloutSeconds: number
}

const kinds = 'networkpolicies,services,deployments,statefulsets,daemonsets,pods,endpointslices,nodes'
const readMs = 15_000
/** Tables of iptables go by their name alone. Where they hold chains without a rule, flushing them would do nothing. */
const listTables = `nft list tables | while read -r _ family name; do
  if [ "$family" != ip ]; then echo "$family/$name"
  elif nft list table ip "$name" | grep -qE '^\\s+(counter|[a-z0-9]+ .*(counter|jump|goto|accept|drop|reject|return|queue|nat|masquerade|mark)\\b)'; then echo "$name"; fi
done
[ -r /proc/net/ip_tables_names ] && sed 's#^#legacy/#' /proc/net/ip_tables_names || true`

/** Throws LabError command-failed when the lab's own tools cannot tell. */
export async function readLabObjects(client: LabClient, { hosts }: Pick<Scenario, 'hosts'>, rolloutSeconds: number): Promise<LabObjects> {
  const read = async (target: string, argv: string[]) => {
    const { exitCode, stdout, output } = await runInLab(client, target, argv, readMs)
    if (exitCode === 0) return stdout
    throw new LabError('command-failed', `${argv.slice(0, 2).join(' ')} on ${target} ended with exit code ${exitCode}: ${output.trim()}`)
  }
  const answer: unknown = JSON.parse(await read('laptop', ['kubectl', 'get', kinds, '-A', '-o', 'json']))
  const { items: objects } = z.object({ items: z.array(object) }).parse(answer)
  const nodes = objects.flatMap((each) => (each.kind === 'Node' ? [`node/${each.metadata.name}`] : []))
  const places = [...nodes, ...hosts.map(({ name }) => `host/${name}`)]
  const tables = await Promise.all(
    places.map(async (place) => [place, (await read(place, ['bash', '-c', listTables])).split('\n').filter(Boolean)] as const),
  )
  return { objects, tables: new Map(tables), rolloutSeconds }
}

export const ofKind = <K extends LabObject['kind']>({ objects }: LabObjects, ...wanted: K[]): ObjectOf<K>[] =>
  objects.filter((each): each is ObjectOf<K> => (wanted as string[]).includes(each.kind))

/** What a lab's author put there; the cluster's own is in kube-system. */
export const isOwn = ({ metadata: { name, namespace } }: LabObject): boolean =>
  !namespace.startsWith('kube-') && namespace !== 'local-path-storage' && name !== 'kubernetes'

/** `shop/web`: an object in words, in a mutation's id. */
export const nameOf = ({ metadata: { namespace, name } }: LabObject): string => `${namespace}/${name}`

export const podsOf = (lab: LabObjects, { metadata: { namespace }, spec }: Workload): ObjectOf<'Pod'>[] =>
  ofKind(lab, 'Pod').filter(
    (each) =>
      each.metadata.namespace === namespace &&
      Object.entries(spec.selector.matchLabels).every(([key, value]) => each.metadata.labels[key] === value),
  )

/** Pods that no controller makes anew. */
export const barePods = (lab: LabObjects): ObjectOf<'Pod'>[] =>
  ofKind(lab, 'Pod').filter((each) => isOwn(each) && each.metadata.ownerReferences.length === 0)

export const workloadsOf = (lab: LabObjects): Workload[] => ofKind(lab, 'Deployment', 'StatefulSet', 'DaemonSet').filter(isOwn)
