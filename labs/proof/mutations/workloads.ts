// Made-up fixes that change how programs run: on the node's network, one replica, all made anew. Used by generate.ts; pure.
import type { Check } from '../../spec/scenario.ts'
import { formatTarget, parseTarget } from '../../spec/target.ts'
import { barePods, isOwn, type LabObjects, nameOf, type ObjectOf, ofKind, podsOf, type Workload, workloadsOf } from './lab-objects.ts'
import { type Mutation, onLaptop, recreatePod, waitForRollout } from './mutation.ts'
import { placesOf } from './questions-asked.ts'

type Program = Workload | ObjectOf<'Pod'>
const isPod = (program: Program): program is ObjectOf<'Pod'> => program.kind === 'Pod'
const reference = ({ kind, metadata: { namespace, name } }: Workload) => `-n ${namespace} ${kind.toLowerCase()}/${name}`
const restart = ({ kind, metadata: { namespace, name } }: Workload) =>
  `kubectl -n ${namespace} rollout restart ${kind.toLowerCase()}/${name}`
const podTarget = ({ metadata: { namespace, name } }: ObjectOf<'Pod'>) => formatTarget({ kind: 'pod', namespace, name })

/** Together those from which a check fails, since a cheat does not stop half-way; each of the others alone. */
export function hostNetworkMutations(lab: LabObjects, failing: readonly Check[]): Mutation[] {
  const asking = new Set(failing.flatMap((check) => ('from' in check ? placesOf(lab, parseTarget(check.from)) : [])))
  const programs = [...workloadsOf(lab), ...barePods(lab)].filter((program) => !usesHostNetwork(program))
  const asks = (program: Program) => (isPod(program) ? [program] : podsOf(lab, program)).some((pod) => asking.has(podTarget(pod)))
  const clients = programs.filter(asks)
  const others = programs.filter((program) => !asks(program))
  const mutations = others.map(
    (each): Mutation => ({ id: `host-network:${nameOf(each)}`, steps: [onLaptop(...toHostNetwork(lab, [each]))] }),
  )
  if (clients.length) mutations.unshift({ id: 'host-network:clients', steps: [onLaptop(...toHostNetwork(lab, clients))] })
  return mutations
}

const usesHostNetwork = (program: Program) => (isPod(program) ? program.spec : program.spec.template.spec).hostNetwork === true

function toHostNetwork(lab: LabObjects, programs: readonly Program[]): string[] {
  const patch = JSON.stringify({ spec: { template: { spec: { hostNetwork: true } } } })
  const workloads = programs.filter((each) => !isPod(each))
  return [
    ...workloads.map((workload) => `kubectl patch ${reference(workload)} -p '${patch}'`),
    ...programs.filter(isPod).map((pod) => recreatePod(lab, pod, { hostNetwork: true })),
    ...workloads.map((workload) => waitForRollout(lab, workload)),
  ]
}

export function scaleMutations(lab: LabObjects): Mutation[] {
  const scaled = workloadsOf(lab).filter(({ kind, spec }) => kind !== 'DaemonSet' && (spec.replicas ?? 1) > 1)
  if (scaled.length === 0) return []
  const scale = scaled.map((workload) => `kubectl scale ${reference(workload)} --replicas=1`)
  return [{ id: 'scale-to-one', steps: [onLaptop(...scale, ...scaled.map((workload) => waitForRollout(lab, workload)))] }]
}

/** Everything that a learner can restart on every runtime: kube-proxy and the CNI agent are Pods on some only, and stay as the fault left them. */
export function restartMutation(lab: LabObjects): Mutation {
  const system = ofKind(lab, 'Deployment').filter((each) => !isOwn(each))
  const workloads = [...workloadsOf(lab), ...system]
  const pods = barePods(lab).map((pod) => recreatePod(lab, pod))
  return {
    id: 'restart-everything',
    steps: [onLaptop(...workloads.map(restart), ...pods, ...workloads.map((workload) => waitForRollout(lab, workload)))],
  }
}
