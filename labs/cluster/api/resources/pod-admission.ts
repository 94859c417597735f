// What upstream's admission plugins add to a pod: service account and its token volume, default tolerations, priority. Called by the store on create.
import { injectSidecar } from '../../mesh/inject.ts'
import type { Json } from '../json-value.ts'
import type { KubeObject } from '../store.ts'
import type { Surroundings } from './resource.ts'

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Mirror pods of static pods get no service account, as upstream. */
export function admitPod(pod: KubeObject, around: Surroundings): void {
  pod.spec ??= {}
  const { spec } = pod
  const mirror = pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
  if (!mirror) {
    spec.serviceAccountName ||= spec.serviceAccount || 'default'
    spec.serviceAccount = spec.serviceAccountName
    const account = around.store.get('serviceaccounts', pod.metadata.namespace, spec.serviceAccountName)
    if ((spec.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true) !== false) mountToken(spec, around)
    addTolerations(spec)
    injectSidecar(pod, around.store.get('namespaces', undefined, pod.metadata.namespace ?? 'default'))
  }
  spec.priority ??= { 'system-node-critical': 2000001000, 'system-cluster-critical': 2000000000 }[spec.priorityClassName as string] ?? 0
  spec.preemptionPolicy ||= 'PreemptLowerPriority'
}

function mountToken(spec: Json, around: Surroundings): void {
  const all: Json[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const bare = all.filter((c) => !(c.volumeMounts ?? []).some((m: Json) => m.mountPath === tokenPath))
  if (bare.length === 0 || (spec.volumes ?? []).some((v: Json) => String(v.name).startsWith('kube-api-access-'))) return
  const name = `kube-api-access-${around.suffix(5)}`
  for (const container of bare) container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }]
  spec.volumes = [
    ...(spec.volumes ?? []),
    {
      name,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    },
  ]
}

function addTolerations(spec: Json): void {
  const given: Json[] = spec.tolerations ?? []
  const added: Json[] = []
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerated = given.some((t) => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect))
    if (!tolerated) added.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
  }
  if (added.length > 0) spec.tolerations = [...given, ...added]
}
