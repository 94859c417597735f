// One made-up fix, and the words that the generators of mutations/ share.
import type { MutationKind } from '../../spec/mutation.ts'
import type { Step } from '../../spec/scenario.ts'
import type { LabObjects, ObjectOf, Workload } from './lab-objects.ts'

export interface Mutation {
  /** as spec/mutation.ts says: a scenario may list it as right by this name */
  id: `${MutationKind}` | `${MutationKind}:${string}`
  steps: Step[]
  /** the steps name Pods or their addresses, which are others after every reset */
  namesPods?: boolean
}

export const onLaptop = (...lines: string[]): Step => ({ on: 'laptop', run: lines.join('\n') })

/** kubectl reads the manifest from its input. */
export const withManifest = (command: string, ...manifests: unknown[]): string =>
  `${command} -f - <<'JSON'\n${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests })}\nJSON`

/** A rollout that cannot end is a result too. */
export const waitForRollout = ({ rolloutSeconds }: LabObjects, { kind, metadata: { namespace, name } }: Workload): string =>
  `kubectl -n ${namespace} rollout status ${kind.toLowerCase()}/${name} --timeout=${rolloutSeconds}s || true`

/** Makes a Pod anew that no controller would. */
export function recreatePod({ rolloutSeconds }: LabObjects, pod: ObjectOf<'Pod'>, changes: object = {}): string {
  const { apiVersion, kind, metadata, spec } = pod
  const { name, namespace, labels, annotations } = metadata
  const manifest = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec: { ...spec, ...changes } }
  return [
    withManifest('kubectl replace --force', manifest),
    `kubectl -n ${namespace} wait --for=condition=Ready pod/${name} --timeout=${rolloutSeconds}s || true`,
  ].join('\n')
}
