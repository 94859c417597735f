// The mesh controller: for each namespace with sidecars the files that they watch, and a certificate for each service account. Started by start.ts; it does
// nothing where no namespace has the label.
import { envoyFiles } from '../envoy/config.ts'
import { type Identity, issue, makeRoot } from '../mesh/certificate.ts'
import { configName, isMeshed, proxyFolder, secretName } from '../mesh/inject.ts'
import { sidecarResources, spiffeId } from '../mesh/xds.ts'
import type { ControllerContext, StartController } from './controller.ts'
import { createWorkQueue } from './work-queue.ts'

export const startMeshController: StartController = (context) => {
  const { store } = context
  let root: Identity | undefined
  const reconcile = (namespace: string) => {
    const object = store.get('namespaces', undefined, namespace)
    if (!isMeshed(object) || object?.metadata.deletionTimestamp) return
    root ??= makeRoot(context.clock.now())
    certifyAccounts(context, root, namespace)
    writeFiles(context, namespace)
  }
  const queue = createWorkQueue({ ...context, name: 'istiod', reconcile })
  const wake = () => {
    for (const namespace of store.list('namespaces')) if (isMeshed(namespace)) queue.add(namespace.metadata.name)
  }
  const watched = ['namespaces', 'serviceaccounts', 'services', 'endpointslices', 'pods']
  const unwatch = watched.map((resource) => store.watch(resource, wake))
  return () => {
    for (const off of unwatch) off()
    queue.stop()
  }
}

function certifyAccounts({ store, clock }: ControllerContext, root: Identity, namespace: string): void {
  for (const { metadata } of store.list('serviceaccounts', { namespace })) {
    const name = secretName(metadata.name)
    if (store.get('secrets', namespace, name)) continue
    const { certificate, key } = issue(root, spiffeId(namespace, metadata.name), clock.now())
    store.create('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, annotations: { 'istio.io/service-account.name': metadata.name } },
      type: 'istio.io/key-and-cert',
      stringData: { 'cert-chain.pem': certificate, 'key.pem': key, 'root-cert.pem': root.certificate },
    })
  }
}

function writeFiles({ store }: ControllerContext, namespace: string): void {
  const meshed = new Set(store.list('namespaces').flatMap((each) => (isMeshed(each) ? [each.metadata.name] : [])))
  const inMesh = (resource: string) => store.list(resource).filter(({ metadata }) => meshed.has(metadata.namespace ?? ''))
  const objects = { services: inMesh('services'), endpointSlices: inMesh('endpointslices'), pods: inMesh('pods') }
  const data = envoyFiles(proxyFolder, configName, sidecarResources(namespace, objects))
  if (store.get('configmaps', namespace, configName))
    store.mutate('configmaps', namespace, configName, (draft) => {
      draft.data = data
    })
  else store.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: configName, namespace }, data })
}
