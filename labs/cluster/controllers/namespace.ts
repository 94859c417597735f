// The namespace controller: a deleted namespace is emptied, then let go. Every namespace has a ServiceAccount and the cluster's CA.
import { resources } from '../api/resources/registry.ts'
import { ApiError, type KubeObject } from '../api/store.ts'
import type { ControllerContext } from './controller.ts'
import { createWorkQueue } from './work-queue.ts'

const namespaced = resources.filter((d) => d.namespaced)
const caAnnotation =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'

/** `caCertificate` (PEM) becomes the ConfigMap kube-root-ca.crt; without it there is none. */
export function startNamespaceController(context: ControllerContext, caCertificate: string | undefined): () => void {
  const { store } = context
  const queue = createWorkQueue({ ...context, name: 'namespace-controller', reconcile })

  function reconcile(name: string): void {
    const namespace = store.get('namespaces', undefined, name)
    if (!namespace) return
    if (namespace.metadata.deletionTimestamp) finalise(name)
    else furnish(name)
  }

  function finalise(name: string): void {
    for (const { resource } of namespaced) {
      for (const object of store.list(resource, { namespace: name })) {
        if (!object.metadata.deletionTimestamp) store.delete(resource, name, object.metadata.name)
      }
    }
    if (namespaced.some(({ resource }) => store.list(resource, { namespace: name }).length > 0)) return
    store.mutate('namespaces', undefined, name, (draft) => {
      draft.spec.finalizers = []
    })
  }

  function furnish(name: string): void {
    ensure(name, 'serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } })
    if (caCertificate === undefined) return
    const metadata = { name: 'kube-root-ca.crt', namespace: name, annotations: { 'kubernetes.io/description': caAnnotation } }
    ensure(name, 'configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': caCertificate } })
  }

  function ensure(namespace: string, resource: string, object: Parameters<typeof store.create>[1] & { metadata: { name: string } }): void {
    if (!store.get(resource, namespace, object.metadata.name)) createUnlessThere(context, resource, object)
  }

  const wakeHome = ({ object }: { object: KubeObject }): void => {
    const home = object.metadata.namespace
    if (home && store.get('namespaces', undefined, home)?.metadata.deletionTimestamp) queue.add(home)
  }
  const unwatch = [
    store.watch('namespaces', ({ type, object }) => {
      if (type !== 'DELETED') queue.add(object.metadata.name)
    }),
    ...namespaced.map(({ resource }) => store.watch(resource, wakeHome)),
    // What every namespace has comes back when it is deleted.
    ...['serviceaccounts', 'configmaps'].map((resource) =>
      store.watch(resource, ({ type, object }) => {
        if (type === 'DELETED' && object.metadata.namespace) queue.add(object.metadata.namespace)
      }),
    ),
  ]
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

/** Creates an object that somebody else may create at the same time. */
export function createUnlessThere(
  { store }: Pick<ControllerContext, 'store'>,
  resource: string,
  object: Parameters<typeof store.create>[1],
): void {
  try {
    store.create(resource, object)
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error
  }
}
