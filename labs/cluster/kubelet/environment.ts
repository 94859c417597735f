// The environment of a container: service variables, env and envFrom, and $(NAME) in commands. Pure; the pod worker calls it.
import type { KubeObject } from '../api/store.ts'

/** Thrown when a ConfigMap, Secret or field that the container needs is not there; the container waits with CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

export interface EnvironmentSources {
  /** services of the pod's namespace, and default/kubernetes */
  services: readonly KubeObject[]
  find(resource: 'configmaps' | 'secrets', name: string): KubeObject | undefined
  pod: KubeObject
  nodeName: string
  hostIp: string
  podIp: string
  hostname: string
}

const variableName = (name: string) => name.toUpperCase().replaceAll('-', '_')

/** docker-links style variables, as the kubelet makes them for each Service with a cluster IP. */
export function serviceVariables(services: readonly KubeObject[]): Record<string, string> {
  const variables: Record<string, string> = {}
  for (const { metadata, spec } of services) {
    const ports: { name?: string; port: number; protocol?: string }[] = spec?.ports ?? []
    const first = ports[0]
    if (!spec?.clusterIP || spec.clusterIP === 'None' || !first) continue
    const prefix = variableName(metadata.name)
    variables[`${prefix}_SERVICE_HOST`] = spec.clusterIP
    variables[`${prefix}_SERVICE_PORT`] = String(first.port)
    for (const { name, port } of ports) if (name) variables[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port)
    const url = (port: (typeof ports)[number]) => `${(port.protocol ?? 'TCP').toLowerCase()}://${spec.clusterIP}:${port.port}`
    variables[`${prefix}_PORT`] = url(first)
    for (const port of ports) {
      const each = `${prefix}_PORT_${port.port}_${port.protocol ?? 'TCP'}`
      variables[each] = url(port)
      variables[`${each}_PROTO`] = (port.protocol ?? 'TCP').toLowerCase()
      variables[`${each}_PORT`] = String(port.port)
      variables[`${each}_ADDR`] = spec.clusterIP
    }
  }
  return variables
}

/** $(NAME) becomes the value, $$(NAME) the text $(NAME); unknown names stay as they are. */
export const expand = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\$|\$\(([\w.-]+)\)/g, (whole, name?: string) => (name === undefined ? '$' : (variables[name] ?? whole)))

const decoded = (object: KubeObject, resource: 'configmaps' | 'secrets', key: string): string | undefined => {
  const value = object.data?.[key]
  if (typeof value !== 'string') return undefined
  return resource === 'secrets' ? Buffer.from(value, 'base64').toString('utf8') : value
}

function fieldValue(path: string, sources: EnvironmentSources): string {
  const { metadata, spec } = sources.pod
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] as string] ?? ''
  const fields: Record<string, string> = {
    'metadata.name': metadata.name,
    'metadata.namespace': metadata.namespace ?? '',
    'metadata.uid': metadata.uid,
    'spec.nodeName': sources.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName ?? 'default',
    'status.hostIP': sources.hostIp,
    'status.podIP': sources.podIp,
    'status.podIPs': sources.podIp,
  }
  const value = fields[path]
  if (value === undefined) throw new ContainerConfigError(`unsupported fieldPath: ${path}`)
  return value
}

/** All variables of one container. Throws ContainerConfigError in the kubelet's words. */
export function containerEnvironment(container: KubeObject['spec'], sources: EnvironmentSources): Record<string, string> {
  const { pod } = sources
  const useServices = pod.spec.enableServiceLinks !== false
  const variables = serviceVariables(
    useServices ? sources.services : sources.services.filter(({ metadata }) => metadata.name === 'kubernetes'),
  )
  variables.HOSTNAME = sources.hostname

  const referred = (resource: 'configmaps' | 'secrets', ref: { name: string; key: string; optional?: boolean }): string | undefined => {
    const object = sources.find(resource, ref.name)
    const kind = resource === 'configmaps' ? 'configmap' : 'secret'
    if (!object && !ref.optional) throw new ContainerConfigError(`${kind} "${ref.name}" not found`)
    const value = object && decoded(object, resource, ref.key)
    if (value === undefined && !ref.optional) {
      throw new ContainerConfigError(
        `couldn't find key ${ref.key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${pod.metadata.namespace}/${ref.name}`,
      )
    }
    return value
  }

  for (const from of container.envFrom ?? []) {
    const [resource, ref] = from.configMapRef ? (['configmaps', from.configMapRef] as const) : (['secrets', from.secretRef] as const)
    const object = ref && sources.find(resource, ref.name)
    if (ref && !object && !ref.optional)
      throw new ContainerConfigError(`${resource === 'configmaps' ? 'configmap' : 'secret'} "${ref.name}" not found`)
    for (const key of Object.keys(object?.data ?? {}))
      variables[`${from.prefix ?? ''}${key}`] = decoded(object as KubeObject, resource, key) ?? ''
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    if (valueFrom === undefined) variables[name] = expand(value ?? '', variables)
    else if (valueFrom.fieldRef) variables[name] = fieldValue(valueFrom.fieldRef.fieldPath, sources)
    else {
      const found = valueFrom.configMapKeyRef
        ? referred('configmaps', valueFrom.configMapKeyRef)
        : valueFrom.secretKeyRef
          ? referred('secrets', valueFrom.secretKeyRef)
          : undefined
      if (found !== undefined) variables[name] = found
    }
  }
  return variables
}
