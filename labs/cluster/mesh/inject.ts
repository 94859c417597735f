// What Istio's injector adds to a Pod of a namespace with the label istio-injection=enabled: the sidecar and what it mounts. Called on admission.
import type { Json } from '../api/json-value.ts'
import type { KubeObject } from '../api/store.ts'
import { envoyArguments } from '../envoy/config.ts'

export const meshNamespace = 'istio-system'
/** Istio's own ids of the proxy; a redirect leaves alone what runs under them. */
export const proxyUid = 1337
export const proxyFolder = '/etc/istio/proxy'
export const certificateFolder = '/etc/certs'
export const readyPort = 15021
export const readyPath = '/healthz/ready'
const statusAnnotation = 'sidecar.istio.io/status'
const image = 'docker.io/istio/proxyv2:1.28.0'

export const isMeshed = (namespace: KubeObject | undefined): boolean => namespace?.metadata.labels?.['istio-injection'] === 'enabled'
export const hasSidecar = (pod: KubeObject): boolean => pod.metadata.annotations?.[statusAnnotation] !== undefined
/** Where a namespace's sidecars find their files, and a service account's its certificate. */
export const configName = 'istio-proxy'
export const secretName = (serviceAccount: string): string => `istio.${serviceAccount}`

export function injectSidecar(pod: KubeObject, namespace: KubeObject | undefined): void {
  const { spec } = pod
  if (!isMeshed(namespace) || spec.hostNetwork || hasSidecar(pod)) return
  if ((pod.metadata.labels?.['sidecar.istio.io/inject'] ?? pod.metadata.annotations?.['sidecar.istio.io/inject']) === 'false') return
  const volumes = ['istio-envoy', 'istio-certs']
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [statusAnnotation]: JSON.stringify({ initContainers: null, containers: ['istio-proxy'], volumes, revision: 'default' }),
  }
  pod.metadata.labels = { ...pod.metadata.labels, 'security.istio.io/tlsMode': 'istio' }
  const proxy: Json = {
    name: 'istio-proxy',
    image,
    args: envoyArguments(proxyFolder),
    ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
    readinessProbe: { httpGet: { path: readyPath, port: readyPort }, periodSeconds: 1, failureThreshold: 4 },
    securityContext: { runAsUser: proxyUid, runAsGroup: proxyUid, runAsNonRoot: true },
    volumeMounts: [
      { name: 'istio-envoy', mountPath: proxyFolder, readOnly: true },
      { name: 'istio-certs', mountPath: certificateFolder, readOnly: true },
    ],
  }
  spec.containers = [...spec.containers, proxy]
  spec.volumes = [
    ...(spec.volumes ?? []),
    { name: 'istio-envoy', configMap: { name: configName } },
    { name: 'istio-certs', secret: { secretName: secretName(spec.serviceAccountName ?? 'default') } },
  ]
}

/** The annotation that takes ports of a Pod out of the mesh. */
export const excludedInboundPorts = (pod: KubeObject): number[] =>
  (pod.metadata.annotations?.['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '').split(',').map(Number).filter(Boolean)
