// Defaults of a pod's spec, as upstream's SetDefaults_PodSpec and SetDefaults_Container. Used by Pod, Deployment and ReplicaSet.
import type { Json } from '../json-value.ts'
import { canonicalResources } from '../quantities.ts'

/** Fills in what upstream's scheme fills in; changes the spec in place. */
export function defaultPodSpec(spec: Json): void {
  spec.restartPolicy ||= 'Always'
  spec.terminationGracePeriodSeconds ??= 30
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.securityContext ??= {}
  spec.schedulerName ||= 'default-scheduler'
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  for (const list of [spec.containers, spec.initContainers, spec.ephemeralContainers]) {
    for (const container of list ?? []) defaultContainer(container, spec.hostNetwork === true)
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume)
}

function defaultContainer(container: Json, hostNetwork: boolean): void {
  container.imagePullPolicy ||= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent'
  container.terminationMessagePath ||= '/dev/termination-log'
  container.terminationMessagePolicy ||= 'File'
  container.resources ??= {}
  canonicalResources(container.resources)
  for (const port of container.ports ?? []) {
    port.protocol ||= 'TCP'
    if (hostNetwork) port.hostPort ||= port.containerPort
  }
  for (const variable of container.env ?? []) if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ||= 'v1'
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) if (container[kind]) defaultProbe(container[kind])
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (hook?.httpGet) defaultHttpGet(hook.httpGet)
}

function isLatest(image: string): boolean {
  if (image.includes('@')) return false
  const tag = /:([^/:]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest'
}

function defaultProbe(probe: Json): void {
  probe.timeoutSeconds ||= 1
  probe.periodSeconds ||= 10
  probe.successThreshold ||= 1
  probe.failureThreshold ||= 3
  if (probe.httpGet) defaultHttpGet(probe.httpGet)
  if (probe.grpc) probe.grpc.service ??= ''
}

function defaultHttpGet(get: Json): void {
  get.path ||= '/'
  get.scheme ||= 'HTTP'
}

function defaultVolume(volume: Json): void {
  if (Object.keys(volume).filter((key) => key !== 'name').length === 0) volume.emptyDir = {}
  if (volume.secret) volume.secret.defaultMode ??= 420
  if (volume.configMap) volume.configMap.defaultMode ??= 420
  if (volume.hostPath) volume.hostPath.type ??= ''
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= 420
    for (const item of volume.downwardAPI.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1'
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= 420
    for (const source of volume.projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600
      for (const item of source.downwardAPI?.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ||= 'v1'
    }
  }
}
