// Made-up fixes that take NetworkPolicies away, one by one or in effect. Used by generate.ts; pure.
import { isOwn, type LabObjects, nameOf, ofKind } from './lab-objects.ts'
import { type Mutation, onLaptop, withManifest } from './mutation.ts'

export function policyMutations(lab: LabObjects): Mutation[] {
  const policies = ofKind(lab, 'NetworkPolicy').filter(isOwn)
  const namespaces = [...new Set(policies.map(({ metadata }) => metadata.namespace))]
  const deletions = policies.map((policy): Mutation => {
    const { name, namespace } = policy.metadata
    return { id: `delete-policy:${nameOf(policy)}`, steps: [onLaptop(`kubectl -n ${namespace} delete networkpolicy ${name}`)] }
  })
  const openings = namespaces.map(
    (namespace): Mutation => ({ id: `allow-all:${namespace}`, steps: [onLaptop(withManifest('kubectl apply', allowAll(namespace)))] }),
  )
  return [...deletions, ...openings]
}

const allowAll = (namespace: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'allow-all', namespace },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [{}] },
})
