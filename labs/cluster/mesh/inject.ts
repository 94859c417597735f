// What Istio's injector adds to a Pod of a namespace with the label istio-injection=enabled: the sidecar and what it mounts. Called on admission.
import type { Json } from '../api/json-value.ts'
import type { KubeObject } from '../api/store.ts'
import { envoyArguments } from '../envoy/config.ts'

export const meshNamespace = 'istio-system'
export const proxyName = 'istio-proxy'
/** Istio's own id of the proxy, as user and as group; a redirect leaves alone what runs under it. */
const proxyUid = 1337
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
  const isProxy = ({ name }: Json) => name === proxyName
  const volumes = ['istio-envoy', 'istio-certs']
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [statusAnnotation]: JSON.stringify({ initContainers: null, containers: [proxyName], volumes, revision: 'default' }),
  }
  pod.metadata.labels = { ...pod.metadata.labels, 'security.istio.io/tlsMode': 'istio' }
  const proxy: Json = {
    name: proxyName,
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
  spec.containers = [...spec.containers.filter((each: Json) => !isProxy(each)), customised(proxy, spec.containers.find(isProxy))]
  spec.volumes = [
    ...(spec.volumes ?? []),
    { name: 'istio-envoy', configMap: { name: configName } },
    { name: 'istio-certs', secret: { secretName: secretName(spec.serviceAccountName ?? 'default') } },
  ]
}

/** A container istio-proxy of the Pod's own is laid over the injected one; `auto` stands for the image that would have been injected. */
function customised(proxy: Json, own: Json = {}): Json {
  const { image: ownImage = 'auto' } = own
  return {
    ...proxy,
    ...own,
    image: ownImage === 'auto' ? image : ownImage,
    securityContext: { ...proxy.securityContext, ...own.securityContext },
    volumeMounts: [...proxy.volumeMounts, ...(own.volumeMounts ?? [])],
  }
}

/** What the redirect of a Pod leaves alone: the ids of its proxy, and ports that annotations take out of the mesh. */
export interface Exemptions {
  uid: number
  gid: number
  inboundPorts: number[]
  outboundPorts: number[]
}
/** As Istio's CNI plugin reads them: of the ids that the Pod asks for, not 0, for most apps run as root. Undefined for a Pod without a sidecar. */
export function exemptionsOf(pod: KubeObject): Exemptions | undefined {
  const proxy = pod.spec.containers.find(({ name }: Json) => name === proxyName)
  if (!proxy || !hasSidecar(pod)) return undefined
  const ports = (direction: string): number[] =>
    (pod.metadata.annotations?.[`traffic.sidecar.istio.io/exclude${direction}Ports`] ?? '').split(',').map(Number).filter(Boolean)
  return {
    uid: proxy.securityContext?.runAsUser || proxyUid,
    gid: proxy.securityContext?.runAsGroup || proxyUid,
    inboundPorts: ports('Inbound'),
    outboundPorts: ports('Outbound'),
  }
}
